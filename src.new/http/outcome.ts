// How a request ended, in the distinctions that decide what happens next.

/** A 4xx of our server: the request will never pass as it is. */
export interface Refusal {
  status: number;
  code: string;
  /** One sentence for people. */
  reason: string;
  /** The `reason` member of the problem document, where there is one. */
  cause?: string;
  /** `pointer` is an RFC 6901 pointer into the request's body. */
  errors: readonly { pointer: string; code: string; detail: string }[];
}

export type Outcome<T> =
  | { kind: "ok"; data: T; etag: string | null }
  /** 304. */
  | { kind: "unchanged" }
  | { kind: "refused"; refusal: Refusal }
  /** 401, 403: nothing is wrong with the data; a user must sign in or be allowed first. */
  | { kind: "unauthenticated"; reason: string }
  | { kind: "forbidden"; code?: string; reason: string }
  /** 429, 503: the server asks for a pause. `retryAfterMs` is `null` where it names no time. */
  | { kind: "busy"; code?: string; reason: string; retryAfterMs: number | null }
  /** The server was reached and failed. */
  | { kind: "fault"; code?: string; reason: string }
  /** No answer in time. The server may have been reached. */
  | { kind: "timeout" }
  /** No answer of our server. `status`: of the page of something in between. */
  | { kind: "unreachable"; status?: number };
