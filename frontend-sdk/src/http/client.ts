// Sends one request to the server, with a timeout, and sorts its end into an Outcome. It knows HTTP and problem documents, and neither rows nor
// retries.

import type { Clock } from "../types/clock";
import type { LandfallOptions } from "../types/options";
import type { Problem } from "../types/wire";
import type { Outcome, Refusal } from "./outcome";
import { Throttle } from "./throttle";

/** The server answers JSON routes within 10 s; the rest is for a slow connection. */
const BASE_TIMEOUT_MS = 15_000;
/** A request is expected to be sent at 32 KiB/s at least. */
const UPLOAD_BYTES_PER_MS = 32;

/** One operation of the OpenAPI document, as its generated `...Data` type describes it, with its method. */
export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  query?: Readonly<Record<string, string | number>>;
  body?: unknown;
}

export interface CallOptions<T> {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  /** Whether a 2xx answer has the contract's shape. Something between us and the server may answer 200. */
  accepts: (data: unknown) => data is T;
}

/** A response that has been read. */
interface ReadResponse {
  response: Response;
  /** The parsed body; `undefined` when there is none or it is no JSON. */
  data: unknown;
}

/** What all requests of one client share. */
interface Connection {
  /** Every request fails (simulated offline). */
  cut: boolean;
  readonly inFlight: Set<AbortController>;
  readonly throttle: Throttle;
}

export class Http {
  readonly #options: Pick<LandfallOptions, "baseUrl" | "fetch">;
  readonly #baseUrl: string;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  #connection: Connection;
  /** On every request. */
  #headers: Readonly<Record<string, string>> = {};

  constructor(options: Pick<LandfallOptions, "baseUrl" | "fetch">, clock: Clock) {
    this.#options = options;
    this.#baseUrl = (options.baseUrl ?? "").replace(/\/$/, "");
    // The global `fetch` must be called as a function, not as a method of this object.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#clock = clock;
    this.#connection = { cut: false, inFlight: new Set(), throttle: new Throttle(clock) };
  }

  /** The same connection for requests of one user. The server refuses them when the session is another user's by then. */
  inNameOf(userId: string): Http {
    const named = new Http(this.#options, this.#clock);
    named.#connection = this.#connection;
    named.#headers = { "x-landfall-user": userId };
    return named;
  }

  /** While cut, every request fails like one without a network, requests in flight among them. */
  setCut(cut: boolean): void {
    this.#connection.cut = cut;
    if (!cut) return;
    for (const controller of this.#connection.inFlight) controller.abort();
  }

  /** Sends a request and waits for its end. Never throws. */
  async call<T>(request: HttpRequest, options: CallOptions<T>): Promise<Outcome<T>> {
    const waitMs = this.#connection.throttle.waitMs(request.url);
    if (waitMs > 0) await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve));
    if (this.#connection.cut || options.signal?.aborted) return { kind: "unreachable" };
    let timedOut = false;
    try {
      return await this.#abortable(options.signal, async (signal, abort) => {
        const timer = this.#clock.after(options.timeoutMs ?? BASE_TIMEOUT_MS, () => {
          timedOut = true;
          abort();
        });
        try {
          return sort(await this.#send(request, signal), options.accepts);
        } finally {
          timer.cancel();
        }
      });
    } catch {
      // `fetch` doesn't tell a missing connection from one that broke during the answer.
      return { kind: timedOut ? "timeout" : "unreachable" };
    }
  }

  /** Runs a request to another server (bytes of files) that ends when the connection is cut, and doesn't begin while it is. */
  async alongside<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#abortable(signal, (inner, abort) => {
      if (this.#connection.cut || signal.aborted) abort();
      return work(inner);
    });
  }

  /** `fetch` of a path of the server, with the cookie and the headers of every request. Throws like `fetch`. */
  fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, ...this.#headers };
    return this.#fetch(this.#baseUrl + path, { ...init, headers, credentials: "include" });
  }

  /** Runs `work` with a signal that aborts with the caller's, or when the connection is cut. */
  async #abortable<T>(
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal, abort: () => void) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    outer?.addEventListener("abort", abort);
    this.#connection.inFlight.add(controller);
    try {
      return await work(controller.signal, abort);
    } finally {
      outer?.removeEventListener("abort", abort);
      this.#connection.inFlight.delete(controller);
    }
  }

  async #send({ method, url, query, body }: HttpRequest, signal: AbortSignal): Promise<ReadResponse> {
    const search = new URLSearchParams(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
    const hasBody = body !== undefined;
    const response = await this.fetch(`${url}${search.size > 0 ? `?${search}` : ""}`, {
      method,
      headers: { accept: "application/json", ...(hasBody && { "content-type": "application/json" }) },
      ...(hasBody && { body: JSON.stringify(body) }),
      signal,
    });
    this.#connection.throttle.applyRateLimit(url, response.headers);
    const text = await response.text();
    return { response, data: isJson(response) ? parse(text) : undefined };
  }
}

/** A timeout that leaves a slow connection the time to send a body of this size. */
export function uploadTimeoutMs(body: unknown): number {
  return BASE_TIMEOUT_MS + Math.ceil(JSON.stringify(body).length / UPLOAD_BYTES_PER_MS);
}

function sort<T>({ response, data }: ReadResponse, accepts: (data: unknown) => data is T): Outcome<T> {
  if (response.status === 304) return { kind: "unchanged" };
  if (!response.ok) return sortFailure(response, problemOf(data, response));
  // A page of another server (a hotel's sign-in) is no answer of ours.
  if (response.status !== 204 && !isJson(response)) return { kind: "unreachable" };
  if (!accepts(data)) return { kind: "fault", reason: "The server's answer could not be understood." };
  return { kind: "ok", data, etag: response.headers.get("etag") };
}

function sortFailure<T>(response: Response, problem: Refusal | null): Outcome<T> {
  const { status } = response;
  const reason = problem?.reason ?? `The server answered ${status}.`;
  if (status === 401) return { kind: "unauthenticated", reason };
  if (status === 403) return { kind: "forbidden", reason };
  const code = problem && { code: problem.code };
  if (status === 429 || status === 503) return { kind: "busy", reason, ...code, retryAfterMs: retryAfterMs(response) };
  // A gateway's own page: the server behind it is away.
  if (!problem && (status === 502 || status === 504)) return { kind: "unreachable" };
  // A 4xx without our code is from something in between and may be temporary: it counts as a failure, but nothing is parked for it.
  if (!problem || status >= 500) return { kind: "fault", reason, ...code };
  return { kind: "refused", refusal: problem };
}

/** A problem document of our server, which has a code; else `null`. */
function problemOf(data: unknown, response: Response): Refusal | null {
  if (typeof data !== "object" || data === null) return null;
  const { code, detail, title, errors = [], reason } = data as Partial<Problem>;
  if (typeof code !== "string") return null;
  return { status: response.status, code, reason: detail || title || code, errors, ...(reason && { cause: reason }) };
}

function isJson(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").includes("json");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `Retry-After` is seconds or a date (RFC 9110). */
function retryAfterMs(response: Response): number | null {
  const value = response.headers.get("retry-after");
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  // Measured against the server's clock, since this device's may be wrong.
  const now = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(date) || Number.isNaN(now) ? null : Math.max(0, date - now);
}
