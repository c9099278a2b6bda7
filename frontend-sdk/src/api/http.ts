// One request to the server: with a timeout, cut off when offline is simulated, and its end sorted into an Outcome.
// It knows HTTP and problem documents; it knows neither rows nor retries.

import type { Clock } from "../clock";
import type { LandfallOptions } from "../types";
import type { Outcome, Refusal } from "./outcome";
import { Pace } from "./pace";
import type { Problem } from "./types";

/** The server answers JSON routes within 10 s; beyond that and a slow line there is nothing to wait for. */
const BASE_TIMEOUT_MS = 15_000;
/** A line slower than this can't bring a full request home; 32 KiB/s. */
const UPLOAD_BYTES_PER_MS = 32;

/** The server says something every 25 s; a stream that is silent for longer is dead. */
const SILENCE_MS = 60_000;

/** One operation of the document, as its generated `...Data` type describes it, with its method. */
export interface Question {
  method: "GET" | "POST";
  url: string;
  query?: Readonly<Record<string, string | number>>;
  body?: unknown;
}

export interface CallOptions<T> {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  /** Whether a 2xx answer is what the contract says. Anybody between us and the server can answer 200. */
  accepts: (data: unknown) => data is T;
}

export interface ListenOptions {
  signal: AbortSignal;
  /** The last event that was heard. */
  lastEventId: string | null;
  onEvent: (id: string) => void;
}

/** A response that has been read. */
interface Answer {
  response: Response;
  /** The parsed body; `undefined` when there is none or it is no JSON. */
  data: unknown;
}

/** What all requests of one app share: whether the line is cut, and what is under way. */
interface Line {
  cut: boolean;
  readonly inFlight: Set<AbortController>;
  readonly pace: Pace;
}

/** Asks the server of one app. */
export class Http {
  readonly #options: Pick<LandfallOptions, "baseUrl" | "fetch">;
  readonly #baseUrl: string;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  /** Shared by everybody who speaks over it. */
  #line: Line;
  /** On every request. */
  #headers: Readonly<Record<string, string>> = {};

  constructor(options: Pick<LandfallOptions, "baseUrl" | "fetch">, clock: Clock) {
    this.#options = options;
    this.#baseUrl = (options.baseUrl ?? "").replace(/\/$/, "");
    // The global one must be called as a function of its own, not as a method of ours.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#clock = clock;
    this.#line = { cut: false, inFlight: new Set(), pace: new Pace(clock) };
  }

  /** The same line for requests that are one person's: the server refuses them when the session is somebody else's by then. */
  inNameOf(userId: string): Http {
    const named = new Http(this.#options, this.#clock);
    named.#line = this.#line;
    named.#headers = { "x-landfall-user": userId };
    return named;
  }

  /** While cut, every request fails like one without a network, also those under way. */
  setCut(cut: boolean): void {
    this.#line.cut = cut;
    if (!cut) return;
    for (const controller of this.#line.inFlight) controller.abort();
  }

  /** Asks one question and waits for its end. Never throws. */
  async call<T>(question: Question, options: CallOptions<T>): Promise<Outcome<T>> {
    const waitMs = this.#line.pace.waitMs(question.url);
    if (waitMs > 0) await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve));
    if (this.#line.cut || options.signal?.aborted) return { kind: "unreachable" };
    const controller = new AbortController();
    const abort = () => controller.abort();
    let timedOut = false;
    const timer = this.#clock.after(options.timeoutMs ?? BASE_TIMEOUT_MS, () => {
      timedOut = true;
      abort();
    });
    options.signal?.addEventListener("abort", abort);
    this.#line.inFlight.add(controller);
    try {
      return sort(await this.#send(question, controller.signal), options.accepts);
    } catch {
      // No connection, or one that broke while the answer came: fetch says no more than that.
      return { kind: timedOut ? "timeout" : "unreachable" };
    } finally {
      timer.cancel();
      options.signal?.removeEventListener("abort", abort);
      this.#line.inFlight.delete(controller);
    }
  }

  /** Runs a request that isn't our server's (bytes of files) over the same line: it ends when the line is cut, and doesn't begin while it is. */
  async alongside<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (this.#line.cut || signal.aborted) abort();
    signal.addEventListener("abort", abort);
    this.#line.inFlight.add(controller);
    try {
      return await work(controller.signal);
    } finally {
      signal.removeEventListener("abort", abort);
      this.#line.inFlight.delete(controller);
    }
  }

  /**
   * Listens to an event stream until it ends or is silent for too long; tells each event's id. Resolves to whether the server let us in. Never
   * throws.
   */
  async listen(url: string, options: ListenOptions): Promise<boolean> {
    if (this.#line.cut || options.signal.aborted) return false;
    const controller = new AbortController();
    const abort = () => controller.abort();
    const rearm = () => this.#clock.after(SILENCE_MS, abort);
    let timer = rearm();
    options.signal.addEventListener("abort", abort);
    this.#line.inFlight.add(controller);
    let open = false;
    try {
      const response = await this.#fetch(`${this.#baseUrl}${url}`, {
        headers: {
          accept: "text/event-stream",
          ...this.#headers,
          ...(options.lastEventId && { "last-event-id": options.lastEventId }),
        },
        credentials: "include",
        signal: controller.signal,
      });
      const reader = response.ok ? response.body?.getReader() : undefined;
      if (!reader) return false;
      open = true;
      const decoder = new TextDecoder();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return true;
        timer.cancel();
        timer = rearm();
        const events = (text + decoder.decode(value, { stream: true })).split("\n\n");
        text = events.pop() ?? "";
        for (const event of events) {
          const id = /^id: ?(.+)$/m.exec(event)?.[1];
          if (id) options.onEvent(id);
        }
      }
    } catch {
      return open;
    } finally {
      timer.cancel();
      options.signal.removeEventListener("abort", abort);
      this.#line.inFlight.delete(controller);
    }
  }

  async #send({ method, url, query, body }: Question, signal: AbortSignal): Promise<Answer> {
    const search = new URLSearchParams(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
    const hasBody = body !== undefined;
    const response = await this.#fetch(`${this.#baseUrl}${url}${search.size > 0 ? `?${search}` : ""}`, {
      method,
      headers: {
        accept: "application/json",
        ...(hasBody && { "content-type": "application/json" }),
        ...this.#headers,
      },
      ...(hasBody && { body: JSON.stringify(body) }),
      credentials: "include",
      signal,
    });
    this.#line.pace.heed(url, response.headers);
    const text = await response.text();
    return { response, data: isJson(response) ? parse(text) : undefined };
  }
}

/** A timeout that leaves a body of this size its time on a slow line. */
export function uploadTimeoutMs(body: unknown): number {
  return BASE_TIMEOUT_MS + Math.ceil(JSON.stringify(body).length / UPLOAD_BYTES_PER_MS);
}

function sort<T>({ response, data }: Answer, accepts: (data: unknown) => data is T): Outcome<T> {
  if (response.status === 304) return { kind: "unchanged" };
  if (!response.ok) return sortFailure(response, problemOf(data, response));
  // A page of somebody else's (a hotel's sign-in) is not an answer of our server.
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
  // A 4xx without our code is somebody in between, who may change their mind: it counts, but nothing is parked for it.
  if (!problem || status >= 500) return { kind: "fault", reason, ...code };
  return { kind: "refused", refusal: problem };
}

/** A problem document of our server: it has a code. */
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

/** Seconds or a date, as RFC 9110 has it. */
function retryAfterMs(response: Response): number | null {
  const value = response.headers.get("retry-after");
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  // Measured against the server's own clock: ours may be years off.
  const now = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(date) || Number.isNaN(now) ? null : Math.max(0, date - now);
}
