// Translates what IndexedDB and Dexie throw into the SDK's errors. No other module knows their names.

import { LandfallError, StorageFullError } from "../errors";

/** Runs a local write. A full disk and a transaction that the browser aborted become StorageFullError. */
export async function guardStorage<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toLandfallError(error);
  }
}

/** Returns errors that aren't about storage as they are. */
export function toLandfallError(error: unknown): unknown {
  if (error instanceof LandfallError) return error;
  const names = namesOf(error);
  // Dexie reports a quota as AbortError with the cause inside; some browsers abort without one. An exception of our own
  // inside a transaction arrives as itself, so an abort is always the browser's.
  if (names.includes("QuotaExceededError") || names.includes("AbortError")) return new StorageFullError(error);
  if (names.includes("TransactionInactiveError") || names.includes("PrematureCommitError")) {
    const message =
      "The transaction has ended: a call in it failed, or it awaited something else than calls of this client.";
    return new LandfallError("transaction_ended", message, { cause: error });
  }
  // Dexie wraps what keeps a database from being opened into an error of a closed one.
  if (names.some((name) => UNAVAILABLE.includes(name))) {
    const message =
      "This browser doesn't let the app store data, or has lost it. Outside a browser pass `storage` (for Node: fake-indexeddb).";
    return new LandfallError("storage_unavailable", message, { cause: error });
  }
  if (names.includes("DatabaseClosedError")) {
    return new LandfallError(
      "closed",
      "The local database is closed: the client was closed, or another tab upgraded it (reload the page).",
      {
        cause: error,
      },
    );
  }
  return error;
}

/** Names of errors about the database itself, and not about the work. */
const UNAVAILABLE = ["MissingAPIError", "OpenFailedError", "SecurityError", "InvalidStateError", "UnknownError"];

function namesOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { name, inner } = error as { name?: unknown; inner?: unknown };
  return [...(typeof name === "string" ? [name] : []), ...(inner === error ? [] : namesOf(inner))];
}
