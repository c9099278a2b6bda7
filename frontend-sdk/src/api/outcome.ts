// How a request to the server ended, in the only distinctions that decide what happens next.
// Types, and their translation for callers who asked for something; what follows for the queue stands in sync/engine.ts.

import { LandfallError, OfflineError } from "../errors";

/** A 4xx of our server: the request will never pass as it is. */
export interface Refusal {
  status: number;
  code: string;
  /** One sentence for people. */
  reason: string;
  /** Which case of the code it is, where the server tells. */
  cause?: string;
  errors: readonly { pointer: string; code: string; detail: string }[];
}

/** How a request ended, in the only distinctions that decide what happens next. */
export type Outcome<T> =
  | { kind: "ok"; data: T; etag: string | null }
  /** 304. */
  | { kind: "unchanged" }
  | { kind: "refused"; refusal: Refusal }
  /** 401, 403: nothing is wrong with the data; somebody must sign in (or be allowed) first. */
  | { kind: "unauthenticated" | "forbidden"; reason: string }
  /** 429, 503: the server asks for a pause. `null` where it doesn't say how long. */
  | { kind: "busy"; code?: string; reason: string; retryAfterMs: number | null }
  /** The server was reached and failed. */
  | { kind: "fault"; code?: string; reason: string }
  /** No answer in time: whether the server was reached is not known. */
  | { kind: "timeout" }
  /** No answer of our server. */
  | { kind: "unreachable" };

/** The error for a caller who needed an answer. */
export function errorOf(outcome: Exclude<Outcome<unknown>, { kind: "ok" }>): LandfallError {
  switch (outcome.kind) {
    case "unreachable":
    case "timeout":
      return new OfflineError();
    case "refused":
      return new LandfallError(outcome.refusal.code, outcome.refusal.reason);
    case "unchanged":
      return new LandfallError("fault", "The server's answer could not be understood.");
    default:
      return new LandfallError(outcome.kind, outcome.reason);
  }
}
