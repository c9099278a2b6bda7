// The error answers of the server. The codes and statuses are those of the API.

import type { JsonObject } from "../json";
import type { FieldError } from "./user-data";

const STATUS: Readonly<Record<string, number>> = {
  malformed_json: 400,
  unauthenticated: 401,
  not_found: 404,
  id_conflict: 409,
  revision_conflict: 409,
  duplicate_name: 409,
  session_deleted: 409,
  mutation_gap: 409,
  resync_required: 410,
  unknown_collection: 422,
  validation_failed: 422,
};

/** Another revision is stored. The caller returns the stored row. */
export const CONFLICT = Symbol("conflict");

export class ApiError extends Error {
  readonly code: string;
  readonly errors: FieldError[];
  /** The row that the write conflicts with. */
  readonly server: JsonObject | undefined;
  /** The case of the code, such as "epoch". */
  readonly reason: string | undefined;

  constructor(code: string, errors: FieldError[] = [], more: { server?: JsonObject; reason?: string } = {}) {
    super(code);
    this.code = code;
    this.errors = errors;
    this.server = more.server;
    this.reason = more.reason;
  }

  get status(): number {
    return STATUS[this.code] ?? 500;
  }
}

/** An answer 422 with one field error. */
export function invalid(pointer: string, code = "invalid_value", detail = code): ApiError {
  return new ApiError("validation_failed", [{ pointer, code, detail }]);
}

/** Runs all checks, and throws one error with everything that they found. An error that is no `validation_failed` is thrown alone. */
export function checkAll(...checks: (() => unknown)[]): void {
  const found: FieldError[] = [];
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "validation_failed") throw error;
      found.push(...error.errors);
    }
  }
  if (found.length > 0) throw new ApiError("validation_failed", found);
}

/** The same error with `prefix` before its pointers. */
export function below(prefix: string, apiError: ApiError): ApiError {
  const errors = apiError.errors.map((error) => ({ ...error, pointer: `${prefix}${error.pointer}` }));
  return new ApiError(apiError.code, errors, {
    ...(apiError.server && { server: apiError.server }),
    ...(apiError.reason && { reason: apiError.reason }),
  });
}
