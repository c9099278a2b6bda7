// Dexie's liveQuery, with errors that surface.

import { liveQuery } from "dexie";

/** Calls `next` with the result now and after each write, in any tab, that may have changed it. Returns a function that stops it. */
export function watch<T>(query: () => Promise<T>, next: (value: T) => void): () => void {
  // The callback must be an async function literally: Dexie keeps its zone over native awaits only in functions that it can tell to be async.
  // Otherwise the query misses what it reads, and breaks a concurrent transaction (PrematureCommitError).
  const subscription = liveQuery(async () => await query()).subscribe({
    next,
    // A closed database ends a live query. Any other error is rethrown as an unhandled rejection, so that it is reported.
    error: (error) => void ((error as Error).name === "DatabaseClosedError" || Promise.reject(error)),
  });
  return () => subscription.unsubscribe();
}
