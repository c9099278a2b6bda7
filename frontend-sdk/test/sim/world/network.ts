// The way between devices and the server, and all that can happen on it: requests and answers that are lost, late, doubled or overtaken,
// and gateways that answer in the server's place. It knows HTTP and no row.

import type { Json } from "../json";
import type { Answer, Arrived } from "../model/server";
import type { Prng } from "../prng";
import type { WorldClock } from "./clock";

const EVENTS = "/api/sync/events";

/** How often, in a hundred requests, what goes wrong. */
export interface Weather {
  /** The request never arrives. */
  lostRequest: number;
  /** It is carried out, and the answer never arrives. */
  lostAnswer: number;
  lateRequest: number;
  lateAnswer: number;
  /** It arrives a second time, later. */
  doubled: number;
  /** 429, 500 or 503 instead of being carried out. */
  refused: number;
  /** Carried out, and a gateway answers 502. */
  spoiled: number;
}

export const CALM: Weather = {
  lostRequest: 0,
  lostAnswer: 0,
  lateRequest: 0,
  lateAnswer: 0,
  doubled: 0,
  refused: 0,
  spoiled: 0,
};

export const STORM: Weather = {
  lostRequest: 12,
  lostAnswer: 14,
  lateRequest: 12,
  lateAnswer: 12,
  doubled: 8,
  refused: 6,
  spoiled: 4,
};

/** A server that can be asked, however it is made. */
export interface Backend {
  answer(request: Arrived): Answer | Promise<Answer>;
  /** Ends every session: the next request of each browser is a 401. */
  revokeAll(): void | Promise<void>;
  /** Removes the tombstones and outcomes of the time before now. */
  sweep?(): void | Promise<void>;
  /** All data as it is now. */
  backup?(): unknown;
  /** Before `restore`, where a server has to be stopped for it: takes nothing from here on. */
  halt?(): Promise<void>;
  /** The data of an earlier moment, under a new epoch. */
  restore?(backup: unknown): void | Promise<void>;
}

/** A request that the server carried out. */
export interface Exchange {
  device: string;
  request: Arrived;
  answer: Answer;
}

/** A browser's cookie. */
export interface CookieJar {
  token: string | null;
}

export interface NetworkParts {
  clock: WorldClock;
  prng: Prng;
  backend: Backend;
  /** Hears of each request that was carried out, at that moment. */
  onExchange(exchange: Exchange): void;
  /** One line for the trace. */
  note(line: string): void;
}

export class Network {
  weather: Weather = CALM;
  /** While down, no request arrives, from nobody. */
  down = false;
  /** Requests that a real server is working on. */
  working = 0;
  readonly #parts: NetworkParts;
  /** Everything under way is cut when this changes. */
  #era = 0;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** Cuts all that is under way, on the way there and on the way back. */
  cut(): void {
    this.#era += 1;
  }

  /** `fetch` of a device. `offline` tells whether the device has no network at this moment. */
  fetchFor(device: string, jar: CookieJar, offline: () => boolean): typeof fetch {
    return (input, init) => this.#send(device, jar, offline, String(input), init ?? {});
  }

  /** What the device gives up goes its way without it. */
  #send(device: string, jar: CookieJar, offline: () => boolean, address: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? null;
    const url = new URL(address);
    const journey = url.pathname === EVENTS ? this.#silence() : this.#journey(device, jar, offline, url, init);
    journey.catch(() => {});
    if (!signal) return journey;
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(failed());
      signal.addEventListener("abort", () => reject(failed()));
      journey.then(resolve, reject);
    });
  }

  /** A stream on which nothing ever comes: the poll must find everything. */
  #silence(): Promise<Response> {
    return new Promise(() => {});
  }

  async #journey(
    device: string,
    jar: CookieJar,
    offline: () => boolean,
    url: URL,
    init: RequestInit,
  ): Promise<Response> {
    const { note, clock } = this.#parts;
    const fate = this.#fate();
    const label = `${init.method ?? "GET"} ${url.pathname}`;
    const era = this.#era;
    const require = (holds: boolean, what: string) => {
      if (holds && this.#era === era && !this.down && !offline()) return;
      note(`${device}: ${what} ${label} is lost`);
      throw failed();
    };
    // The cookie goes along when the request leaves.
    const request = requestOf(url, init, jar.token);
    require(!fate.lostRequest, "the request");
    await this.#wait(fate.lateRequest);
    require(true, "the request");
    if (fate.refused) {
      note(`${device}: ${label} gets ${fate.refused}`);
      return refusal(fate.refused);
    }
    const arrive = () => this.#arrive(device, label, request);
    const answer = await arrive();
    if (fate.doubled > 0) clock.after(fate.doubled, () => (this.down ? undefined : void arrive().catch(() => {})));
    require(!fate.lostAnswer, "the answer to");
    await this.#wait(fate.lateAnswer);
    require(true, "the answer to");
    if (answer.setToken !== undefined && !init.signal?.aborted) jar.token = answer.setToken;
    return fate.spoiled ? gatewayPage() : responseOf(answer);
  }

  #fate() {
    const { weather } = this;
    const is = (chance: number) => this.#parts.prng.percent(chance);
    return {
      lostRequest: is(weather.lostRequest),
      lateRequest: is(weather.lateRequest) ? this.#delay() : 0,
      refused: is(weather.refused) ? this.#parts.prng.pick([429, 500, 503]) : 0,
      doubled: is(weather.doubled) ? this.#delay() : 0,
      spoiled: is(weather.spoiled),
      lostAnswer: is(weather.lostAnswer),
      lateAnswer: is(weather.lateAnswer) ? this.#delay() : 0,
    };
  }

  async #arrive(device: string, label: string, request: Arrived): Promise<Answer> {
    const { backend, onExchange, note } = this.#parts;
    this.working += 1;
    try {
      const answer = await backend.answer(request);
      note(`${device}: ${label} -> ${answer.status}`);
      onExchange({ device, request, answer });
      return answer;
    } finally {
      this.working -= 1;
    }
  }

  #delay(): number {
    const { prng } = this.#parts;
    return prng.pick([200, 1_000, 4_000, 20_000, 40_000]) + prng.below(500);
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => this.#parts.clock.after(ms, resolve));
  }
}

function requestOf(url: URL, init: RequestInit, token: string | null): Arrived {
  const headers = new Headers(init.headers);
  return {
    method: init.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    body: typeof init.body === "string" ? (JSON.parse(init.body) as Json) : null,
    token,
    expectedUser: headers.get("x-landfall-user"),
    ifNoneMatch: headers.get("if-none-match"),
  };
}

function failed(): TypeError {
  return new TypeError("fetch failed");
}

function responseOf({ status, body, headers }: Answer): Response {
  const text = status === 204 || status === 304 ? "" : JSON.stringify(body);
  return answerOf(status, text, { "content-type": "application/json", ...headers });
}

function refusal(status: number): Response {
  const code = status === 500 ? "internal" : status === 429 ? "rate_limited" : "busy";
  const body = JSON.stringify({ code, status, title: code, detail: "Not now." });
  return answerOf(status, body, {
    "content-type": "application/problem+json",
    ...(status !== 500 && { "retry-after": "1" }),
  });
}

function gatewayPage(): Response {
  return answerOf(502, "<html>Bad gateway</html>", { "content-type": "text/html" });
}

/** As much of a Response as the SDK reads; real ones are many times slower. */
function answerOf(status: number, text: string, headers: Record<string, string>): Response {
  const response = {
    status,
    ok: status >= 200 && status < 300,
    headers: new Headers(headers),
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
    body: null,
  };
  return response as unknown as Response;
}
