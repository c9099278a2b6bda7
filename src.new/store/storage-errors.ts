// Translates what IndexedDB and Dexie throw into the SDK's errors. No other module knows their names.

import { LandfallError, StorageFullError } from "../errors";
import { report } from "../util/report";

/** Runs a local write. A full disk and a transaction that the browser aborted become StorageFullError. */
export async function guardStorage<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toLandfallError(error);
  }
}

/** Reports an error of work that has no caller. The end of the client, or of a session, is none. */
export function reportUnlessEnded(error: unknown): void {
  const known = toLandfallError(error) as { code?: unknown } | undefined;
  if (known?.code !== "closed" && known?.code !== "not_signed_in") report(known);
}

/** Returns errors that aren't about storage as they are. */
export function toLandfallError(error: unknown): unknown {
  if (error instanceof LandfallError) return error;
  const names = namesOf(error);
  // Dexie reports a quota as AbortError with the cause inside; some browsers abort without one. An exception of our own
  // inside a transaction arrives as itself, so an abort is always the browser's.
  if (names.includes("QuotaExceededError") || names.includes("AbortError")) return new StorageFullError(error);
  for (const [code, message, ...known] of FAULTS) {
    if (known.some((name) => names.includes(name))) return new LandfallError(code, message, { cause: error });
  }
  return error;
}

/** The SDK's code and text, and the names that mean it. */
const FAULTS = [
  [
    "transaction_ended",
    "The transaction has ended: a call in it failed, or it awaited something else than calls of this client.",
    ...["TransactionInactiveError", "PrematureCommitError"],
  ],
  // Errors about the database itself, and not about the work. Dexie wraps what keeps a database from being opened into an error of a closed one.
  [
    "storage_unavailable",
    "This browser doesn't let the app store data, or has lost it. `storage` has no default outside a browser (Node: fake-indexeddb).",
    ...["MissingAPIError", "OpenFailedError", "SecurityError", "InvalidStateError", "UnknownError"],
  ],
  ["closed", "The client was closed, or another tab upgraded the database (reload the page).", "DatabaseClosedError"],
] as const satisfies readonly (readonly [code: string, message: string, ...names: string[]])[];

function namesOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { name, inner } = error as { name?: unknown; inner?: unknown };
  return [...(typeof name === "string" ? [name] : []), ...(inner === error ? [] : namesOf(inner))];
}
