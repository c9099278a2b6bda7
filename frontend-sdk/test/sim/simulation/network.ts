// The network between devices and the server. Requests and answers are lost, delayed, duplicated or reordered, and
// gateways answer in place of the server. It knows HTTP and no rows.

import type { Lacks } from "../model/older";
import type { Answer, ArrivedRequest } from "../model/server";
import type { Rng } from "../rng";
import { fromText, toText } from "../wire";
import type { SimulationClock } from "./clock";
import { type Line, SlowBody, transferMs } from "./slow-line";

const EVENTS = "/api/sync/events";

/** How many of a hundred requests meet each fault. */
export interface FaultRates {
  /** The request never arrives. */
  lostRequest: number;
  /** The server executes the request. The answer never arrives. */
  lostAnswer: number;
  lateRequest: number;
  lateAnswer: number;
  /** The request arrives a second time, later. */
  duplicated: number;
  /** The answer is 429, 500 or 503. The server does not execute the request. */
  errorStatus: number;
  /** The server executes the request. Something in between answers with a page of its own. */
  gatewayError: number;
  /** The server executes the request and answers 500. */
  errorAfterCommit: number;
}

export const NO_FAULTS: FaultRates = {
  lostRequest: 0,
  lostAnswer: 0,
  lateRequest: 0,
  lateAnswer: 0,
  duplicated: 0,
  errorStatus: 0,
  gatewayError: 0,
  errorAfterCommit: 0,
};

export const MANY_FAULTS: FaultRates = {
  lostRequest: 12,
  lostAnswer: 14,
  lateRequest: 12,
  lateAnswer: 12,
  duplicated: 8,
  errorStatus: 6,
  gatewayError: 4,
  errorAfterCommit: 3,
};

/** A server: the model or a real one. */
export interface Backend {
  answer(request: ArrivedRequest): Answer | Promise<Answer>;
  /** Ends every session. The next request of each browser gets 401. */
  revokeAll(): void | Promise<void>;
  /** Removes tombstones and stored outcomes from before now. */
  runRetention?(): void | Promise<void>;
  /** Replaces the server by another version of it. `null`: the newest. */
  becomeVersion?(lacks: Lacks | null): void;
  /** Returns a copy of all data. */
  backup?(): unknown;
  /** Stops the server before `restore`, where it must be stopped. */
  halt?(): Promise<void>;
  /** Restores a backup under a new epoch. */
  restore?(backup: unknown): void | Promise<void>;
}

/** A request that the server executed. */
export interface Exchange {
  device: string;
  request: ArrivedRequest;
  answer: Answer;
}

/** A browser's cookie. */
export interface CookieJar {
  token: string | null;
}

/** A tab, as far as its requests are concerned. */
export interface Caller {
  name: string;
  jar: CookieJar;
  offline(): boolean;
  line(): Line | null;
}

export interface NetworkParts {
  clock: SimulationClock;
  rng: Rng;
  backend: Backend;
  /** Called after each request that the server executed. */
  onExchange(exchange: Exchange): void;
  /** Adds a line to the trace. */
  note(line: string): void;
}

export class Network {
  faultRates: FaultRates = NO_FAULTS;
  /** Whether the server is unreachable for every device. */
  down = false;
  /** The device that gets no answers. The server executes its requests. */
  unanswered: string | null = null;
  /** The device whose pushes the server fails, without executing them. */
  failing: string | null = null;
  /** The number of requests that a real server is executing. */
  requestsUnderWay = 0;
  readonly #parts: NetworkParts;
  /** A change of this number cuts every request under way. */
  #generation = 0;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** Cuts every request and answer under way. */
  cut(): void {
    this.#generation += 1;
  }

  /** `fetch` of a tab. */
  fetchFor(caller: Caller): typeof fetch {
    return (input, init) => this.#send(caller, String(input), init ?? {});
  }

  /** An aborted request still reaches the server, unless a slow line has not sent all of it. */
  #send(caller: Caller, address: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? null;
    const url = new URL(address);
    const roundTrip = url.pathname === EVENTS ? this.#emptyStream() : this.#roundTrip(caller, url, init);
    roundTrip.catch(() => {});
    if (!signal) return roundTrip;
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(failed());
      signal.addEventListener("abort", () => reject(failed()));
      roundTrip.then(resolve, reject);
    });
  }

  /** An event stream without events. The poll must find every change. */
  #emptyStream(): Promise<Response> {
    return new Promise(() => {});
  }

  async #roundTrip({ name: device, jar, offline, line: lineNow }: Caller, url: URL, init: RequestInit) {
    const { note, clock } = this.#parts;
    const planned = this.#drawFaults();
    const label = `${init.method ?? "GET"} ${url.pathname}`;
    const generation = this.#generation;
    const line = lineNow();
    const requireNetwork = (holds: boolean, what: string) => {
      if (holds && this.#generation === generation && !this.down && !offline()) return;
      note(`${device}: ${what} ${label} lost`);
      throw failed();
    };
    // The cookie is read when the request leaves.
    const request = requestOf(url, init, jar.token);
    requireNetwork(!planned.lostRequest, "the request");
    if (line) {
      await this.#wait(transferMs(line, typeof init.body === "string" ? init.body.length : 0));
      requireNetwork(init.signal?.aborted !== true, "the rest of the request");
    }
    await this.#wait(planned.lateRequest);
    requireNetwork(true, "the request");
    if (planned.errorStatus) {
      note(`${device}: ${label} gets ${planned.errorStatus}`);
      return problemOf(planned.errorStatus);
    }
    if (request.path === "/api/sync" && this.failing !== null && device.startsWith(`${this.failing}.`)) {
      note(`${device}: ${label} fails`);
      return problemOf(500);
    }
    const arrive = () => this.#arrive(device, label, request);
    const answer = await arrive();
    if (planned.duplicated > 0)
      clock.after(planned.duplicated, () => (this.down ? undefined : void arrive().catch(() => {})));
    const isUnanswered = this.unanswered !== null && device.startsWith(`${this.unanswered}.`);
    // On a slow line, half of the lost answers break off in the middle.
    const breaksOff = line !== null && planned.lostAnswer && this.#parts.rng.percent(50);
    requireNetwork((!planned.lostAnswer || breaksOff) && !isUnanswered, "the answer to");
    await this.#wait(planned.lateAnswer + (line?.latencyMs ?? 0));
    requireNetwork(true, "the answer to");
    if (answer.setToken !== undefined && !init.signal?.aborted) jar.token = answer.setToken;
    if (planned.errorAfterCommit) return problemOf(500);
    if (planned.gatewayError > 0) return gatewayPage(planned.gatewayError);
    if (!line) return responseOf(answer);
    return responseOf(answer, (text) => {
      const standsStillAt = breaksOff ? this.#parts.rng.below(text.length) : Number.POSITIVE_INFINITY;
      const rest = () => requireNetwork(true, "the rest of the answer to");
      return new SlowBody(text, { clock, line, requireNetwork: rest, signal: init.signal ?? null, standsStillAt });
    });
  }

  #drawFaults() {
    const { faultRates } = this;
    const draw = (chance: number) => this.#parts.rng.percent(chance);
    return {
      lostRequest: draw(faultRates.lostRequest),
      lateRequest: draw(faultRates.lateRequest) ? this.#delay() : 0,
      errorStatus: draw(faultRates.errorStatus) ? this.#parts.rng.pick([429, 500, 503]) : 0,
      duplicated: draw(faultRates.duplicated) ? this.#delay() : 0,
      gatewayError: draw(faultRates.gatewayError) ? this.#parts.rng.pick([403, 413, 500, 502, 504, 524]) : 0,
      errorAfterCommit: draw(faultRates.errorAfterCommit),
      lostAnswer: draw(faultRates.lostAnswer),
      lateAnswer: draw(faultRates.lateAnswer) ? this.#delay() : 0,
    };
  }

  async #arrive(device: string, label: string, request: ArrivedRequest): Promise<Answer> {
    const { backend, onExchange, note } = this.#parts;
    this.requestsUnderWay += 1;
    try {
      const answer = await backend.answer(request);
      note(`${device}: ${label} -> ${answer.status}`);
      onExchange({ device, request, answer });
      return answer;
    } finally {
      this.requestsUnderWay -= 1;
    }
  }

  #delay(): number {
    const { rng } = this.#parts;
    return rng.pick([200, 1_000, 4_000, 20_000, 40_000]) + rng.below(500);
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => this.#parts.clock.after(ms, resolve));
  }
}

function requestOf(url: URL, init: RequestInit, token: string | null): ArrivedRequest {
  const headers = new Headers(init.headers);
  return {
    method: init.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    body: typeof init.body === "string" ? fromText(init.body) : null,
    token,
    expectedUser: headers.get("x-landfall-user"),
    ifNoneMatch: headers.get("if-none-match"),
  };
}

function failed(): TypeError {
  return new TypeError("fetch failed");
}

function responseOf({ status, body, headers }: Answer, slow?: (text: string) => SlowBody): Response {
  const text = status === 204 || status === 304 ? "" : toText(body);
  return answerOf(status, text, { "content-type": "application/json", ...headers }, slow?.(text) ?? null);
}

function problemOf(status: number): Response {
  const code = status === 500 ? "internal" : status === 429 ? "rate_limited" : "busy";
  const body = JSON.stringify({ code, status, title: code, detail: "Not now." });
  return answerOf(status, body, {
    "content-type": "application/problem+json",
    ...(status !== 500 && { "retry-after": "1" }),
  });
}

function gatewayPage(status: number): Response {
  return answerOf(status, "<html>Bad gateway</html>", { "content-type": "text/html" });
}

/** The members of a Response that the SDK reads. Real responses are many times slower. */
function answerOf(
  status: number,
  text: string,
  headers: Record<string, string>,
  body: SlowBody | null = null,
): Response {
  const response = {
    status,
    ok: status >= 200 && status < 300,
    headers: new Headers(headers),
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
    body,
  };
  return response as unknown as Response;
}
