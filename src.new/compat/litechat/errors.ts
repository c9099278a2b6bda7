// Errors under the names that Dexie gives them, since applications branch on these names.

import { Dexie } from "dexie";
import { InvalidInputError, LandfallError, StorageFullError } from "../../errors";

/** Runs a call and throws its errors as Dexie would. */
export async function withDexieErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDexieError(error);
  }
}

function toDexieError(error: unknown): unknown {
  if (error instanceof StorageFullError) return new Dexie.QuotaExceededError(error.message, error);
  if (error instanceof InvalidInputError) return new Dexie.DataError(`${error.pointer} ${error.message}`.trim(), error);
  if (!(error instanceof LandfallError)) return error;
  if (error.code === "closed") return new Dexie.DatabaseClosedError(error.message, error);
  if (error.code === "storage_unavailable") return new Dexie.OpenFailedError(error.message, error);
  if (error.code === "transaction_ended") return new Dexie.TransactionInactiveError(error.message, error);
  return error;
}

/** Another row has the value of a unique index. */
export function constraintError(table: string, members: readonly string[]): Error {
  return new Dexie.ConstraintError(
    `Unable to add key to index '${members.join("+")}' of ${table}: at least one key does not satisfy the uniqueness requirements.`,
  );
}

export function invalidTableError(name: string): Error {
  return new Dexie.InvalidTableError(`Table ${name} does not exist.`);
}

/** Rows of an import that could not be stored. Nothing of the import was. */
export function bulkError(table: string, failures: Error[]): Error {
  return new Dexie.BulkError(`${table}.bulkPut(): ${failures.length} of the rows failed.`, failures);
}
