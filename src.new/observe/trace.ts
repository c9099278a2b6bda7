// The header that makes a request a part of the application's trace (W3C Trace Context).

/** The request that a trace may be continued with. */
export interface TraceRequest {
  /** Method and path without ids, as in `RequestMetric`. */
  route: string;
}

/** A `traceparent` of a new, sampled trace. An application with a tracer of its own passes that one's instead. */
export function newTraceparent(): string {
  const hex = (bytes: number) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `00-${hex(16)}-${hex(8)}-01`;
}
