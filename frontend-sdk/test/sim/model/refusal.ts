// What a server answers instead of success. The codes and statuses are the contract's.

import type { JsonObject } from "../json";
import type { FieldError } from "./space";

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
  validation_failed: 422,
};

export class Refusal extends Error {
  readonly code: string;
  readonly errors: FieldError[];
  /** The row that stands in the way. */
  readonly server: JsonObject | undefined;
  /** Which case of the code. */
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

/** Input that is understood and refused. */
export function invalid(pointer: string, code = "invalid_value", detail = code): Refusal {
  return new Refusal("validation_failed", [{ pointer, code, detail }]);
}

/** The same refusal with its pointers below `prefix`. */
export function below(prefix: string, refusal: Refusal): Refusal {
  const errors = refusal.errors.map((error) => ({ ...error, pointer: `${prefix}${error.pointer}` }));
  return new Refusal(refusal.code, errors, {
    ...(refusal.server && { server: refusal.server }),
    ...(refusal.reason && { reason: refusal.reason }),
  });
}
