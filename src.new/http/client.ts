// Sends one request to the server, with a timeout, and sorts its end into an Outcome. It knows HTTP and problem documents, and neither rows nor
// retries.

import { FAULTS_ENABLED, hasFault } from "../faults";
import type { Clock, Timer } from "../types/clock";
import type { LandfallOptions } from "../types/options";
import type { Problem } from "../types/wire";
import { elapsedBy } from "../util/clock";
import { Bandwidth } from "./bandwidth";
import type { Outcome, Refusal } from "./outcome";
import { Throttle } from "./throttle";

/** The server answers JSON routes within 10 s; the rest is for a slow connection. Also the longest pause inside an answer. */
export const BASE_TIMEOUT_MS = 15_000;
/** An answer is expected to come at 1 KB/s at least. */
const DOWNLOAD_BYTES_PER_MS = 1;

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
  /** Default: the browser's. `EXACT_JSON` where numbers of rows pass. */
  json?: Json;
}

type Json = Readonly<{ parse(text: string): unknown; stringify(value: unknown): string }>;

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
  readonly bandwidth: Bandwidth;
}

type HttpOptions = Pick<LandfallOptions, "baseUrl" | "fetch" | "sessionToken">;

export class Http {
  readonly #options: HttpOptions;
  readonly #baseUrl: string;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  #connection: Connection;
  /** On every request. */
  #headers: Readonly<Record<string, string>> = {};

  constructor(options: HttpOptions, clock: Clock) {
    this.#options = options;
    this.#baseUrl = (options.baseUrl ?? "").replace(/\/$/, "");
    // The global `fetch` must be called as a function, not as a method of this object.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#clock = clock;
    this.#connection = { cut: false, inFlight: new Set(), throttle: new Throttle(clock), bandwidth: new Bandwidth() };
  }

  get bandwidth(): Bandwidth {
    return this.#connection.bandwidth;
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
        const limit = new ProgressTimer(this.#clock, options.timeoutMs ?? BASE_TIMEOUT_MS, () => {
          timedOut = true;
          abort();
        });
        try {
          return sort(await this.#send(request, signal, limit, options.json ?? JSON), options.accepts);
        } finally {
          limit.end();
        }
      });
    } catch {
      // `fetch` doesn't tell a missing connection from one that broke during the answer.
      if (timedOut) this.bandwidth.stalled();
      return timedOut ? { kind: "timeout" } : { kind: "unreachable" };
    }
  }

  /** Runs a request to another server (bytes of files) that ends when the connection is cut, and doesn't begin while it is. */
  async alongside<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#abortable(signal, (inner, abort) => {
      if (this.#connection.cut || signal.aborted) abort();
      return work(inner);
    });
  }

  /** `fetch` of a path of the server, with the cookie or the token and the headers of every request. Throws like `fetch`. */
  async fetch(path: string, init: RequestInit): Promise<Response> {
    const { sessionToken } = this.#options;
    const token = await sessionToken?.get();
    const headers = { ...init.headers, ...this.#headers, ...(token && { authorization: `Bearer ${token}` }) };
    return this.#fetch(this.#baseUrl + path, { ...init, headers, credentials: sessionToken ? "omit" : "include" });
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

  async #send(
    { method, url, query, body }: HttpRequest,
    signal: AbortSignal,
    limit: ProgressTimer,
    json: Json,
  ): Promise<ReadResponse> {
    const search = new URLSearchParams(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
    const hasBody = body !== undefined;
    const response = await this.fetch(`${url}${search.size > 0 ? `?${search}` : ""}`, {
      method,
      headers: { accept: "application/json", ...(hasBody && { "content-type": "application/json" }) },
      ...(hasBody && { body: json.stringify(body) }),
      signal,
    });
    this.#connection.throttle.applyRateLimit(url, response.headers);
    const elapsed = elapsedBy(this.#clock);
    const text = await readText(response, limit);
    this.bandwidth.measured(text.length, elapsed());
    return { response, data: isJson(response) ? parse(text, json) : undefined };
  }
}

/** The time limit of a request. Bytes that arrive move it, so that a slow answer has time and one that stands still has not. */
class ProgressTimer {
  readonly #clock: Clock;
  readonly #pass: () => void;
  readonly #elapsed: () => number;
  /** Of `#elapsed`. */
  #endsAt: number;
  #timer: Timer;

  constructor(clock: Clock, ms: number, pass: () => void) {
    this.#clock = clock;
    this.#pass = pass;
    this.#elapsed = elapsedBy(clock);
    this.#endsAt = ms;
    this.#timer = clock.after(ms, pass);
  }

  arrived(bytes: number): void {
    if (FAULTS_ENABLED && hasFault("slow answer given up")) return;
    this.#timer.cancel();
    this.#endsAt += bytes / DOWNLOAD_BYTES_PER_MS;
    this.#timer = this.#clock.after(Math.min(Math.max(this.#endsAt - this.#elapsed(), 0), BASE_TIMEOUT_MS), this.#pass);
  }

  end(): void {
    this.#timer.cancel();
  }
}

async function readText(response: Response, limit: ProgressTimer): Promise<string> {
  if (!response.body) return response.text();
  const [reader, decoder] = [response.body.getReader(), new TextDecoder()];
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    limit.arrived(value.length);
    text += decoder.decode(value, { stream: true });
  }
}

function sort<T>({ response, data }: ReadResponse, accepts: (data: unknown) => data is T): Outcome<T> {
  if (response.status === 304) return { kind: "unchanged" };
  if (!response.ok) return sortFailure(response, problemOf(data, response));
  // A page of another server (a hotel's sign-in) is no answer of ours.
  if (response.status !== 204 && !isJson(response)) return { kind: "unreachable", status: response.status };
  if (!accepts(data)) return { kind: "fault", reason: "The server's answer could not be understood." };
  return { kind: "ok", data, etag: response.headers.get("etag") };
}

function sortFailure<T>(response: Response, problem: Refusal | null): Outcome<T> {
  const { status } = response;
  const pause = () => ({ retryAfterMs: retryAfterMs(response) });
  // A page of something in between (a gateway, a firewall, a hotel) is no answer of our server, whatever its status is.
  if (!problem) {
    const reason = `Something between this device and the server answered ${status}.`;
    return status === 429 || status === 503 ? { kind: "busy", reason, ...pause() } : { kind: "unreachable", status };
  }
  const { code, reason } = problem;
  if (status === 401) return { kind: "unauthenticated", reason };
  if (status === 403) return { kind: "forbidden", code, reason };
  if (status === 429 || status === 503) return { kind: "busy", code, reason, ...pause() };
  if (status >= 500) return { kind: "fault", code, reason };
  return { kind: "refused", refusal: problem };
}

/** A problem document of our server, which has a code; otherwise `null`. */
function problemOf(data: unknown, response: Response): Refusal | null {
  const isProblem = (response.headers.get("content-type") ?? "").includes("problem+json");
  if (!isProblem || typeof data !== "object" || data === null) return null;
  const { code, detail, title, errors = [], reason } = data as Partial<Problem>;
  if (typeof code !== "string") return null;
  return { status: response.status, code, reason: detail || title || code, errors, ...(reason && { cause: reason }) };
}

function isJson(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").includes("json");
}

function parse(text: string, json: Json): unknown {
  try {
    return json.parse(text);
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
