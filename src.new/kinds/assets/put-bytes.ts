// Sends bytes to a signed link, with progress, and aborts when nothing moves any more. XMLHttpRequest is used, since `fetch` reports no progress of
// uploads.

import type { Clock } from "../../types/clock";

/** The connection counts as dead when no byte has moved for so long (the server uses the same figure). */
const STALL_MS = 30_000;

/** After the last byte the storage stores and checks them. It has this time to answer. */
const ANSWER_MS = 300_000;

export interface PutRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Blob;
  signal: AbortSignal;
  /** Bytes that have left so far. */
  onProgress(loaded: number): void;
}

/**
 * "refused": the storage answered with this status. "broken": no answer; browsers don't tell why. `sent`: all bytes have left, so the storage may have
 * them.
 */
export type PutOutcome = { kind: "stored" } | { kind: "refused"; status: number } | { kind: "broken"; sent?: boolean };

/** Never throws. */
export type Put = (request: PutRequest) => Promise<PutOutcome>;

/** By XMLHttpRequest; in a worker, which has none, by `fetch`. */
export function browserPut(clock: Clock): Put {
  return typeof XMLHttpRequest === "undefined" ? fetchPut((...request) => fetch(...request)) : xhrPut(clock);
}

/** By `fetch`: progress is reported once, at the end. */
export function fetchPut(send: typeof fetch): Put {
  return async ({ url, headers, body, signal, onProgress }) => {
    try {
      const response = await send(url, { method: "PUT", headers, body, signal, credentials: "omit" });
      if (response.ok) onProgress(body.size);
      return outcomeOf(response.status);
    } catch {
      return { kind: "broken" };
    }
  };
}

function xhrPut(clock: Clock): Put {
  return ({ url, headers, body, signal, onProgress }) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      let sent = false;
      const abort = () => request.abort();
      const broken = () => end({ kind: "broken", sent });
      let stalled = clock.after(STALL_MS, abort);
      const rearm = (ms: number) => {
        stalled.cancel();
        stalled = clock.after(ms, abort);
      };
      const end = (outcome: PutOutcome) => {
        stalled.cancel();
        signal.removeEventListener("abort", abort);
        resolve(outcome);
      };
      request.upload.onprogress = ({ loaded }) => {
        rearm(STALL_MS);
        onProgress(loaded);
      };
      request.upload.onload = () => {
        sent = true;
        rearm(ANSWER_MS);
      };
      request.onload = () => end(outcomeOf(request.status));
      request.onerror = broken;
      request.onabort = broken;
      request.open("PUT", url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      signal.addEventListener("abort", abort);
      if (signal.aborted) broken();
      else request.send(body);
    });
}

function outcomeOf(status: number): PutOutcome {
  return status >= 200 && status < 300 ? { kind: "stored" } : { kind: "refused", status };
}
