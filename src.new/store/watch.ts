// Dexie's liveQuery, with errors that surface.

import { liveQuery } from "dexie";
import { LandfallError } from "../errors";
import { report } from "../util/report";
import { toLandfallError } from "./storage-errors";

/** When a query that failed is run again. */
const AGAIN_MS = 10_000;

/** Dexie takes every error of a closed database for the end of the query, also where the database can't be opened. */
function rethrow(error: unknown): never {
  const known = toLandfallError(error);
  throw known instanceof LandfallError && known.code === "storage_unavailable" ? known : error;
}

/**
 * Calls `next` with the result now and after each write, in any tab, that may have changed it. Returns a function that stops it. A query that fails is
 * run again after a while, since the database may come back; `failed` is called then. Default: the error is reported.
 */
export function watch<T>(
  query: () => Promise<T>,
  next: (value: T) => void,
  failed: (error: unknown) => void = report,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  // The callback must be an async function literally: Dexie keeps its zone over native awaits only in functions that it can tell to be async.
  // Otherwise the query misses what it reads, and breaks a concurrent transaction (PrematureCommitError).
  const start = () => {
    const subscription = liveQuery(async () => await query().catch(rethrow)).subscribe({
      next,
      error: (error) => {
        failed(toLandfallError(error));
        timer = setTimeout(start, AGAIN_MS);
      },
    });
    stop = () => subscription.unsubscribe();
  };
  start();
  return () => {
    clearTimeout(timer);
    stop();
  };
}
