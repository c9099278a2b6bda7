// A model of the server in memory: users, sign-in, push and pull. Tests plan faults per request and read the list of
// received requests.

import type { ChatMessage, ChatSession, NewMessage, SyncMutation, User } from "../../src/types/wire";
import { FakeFiles, STORAGE } from "./fake-files";
import { FakeMarket } from "./fake-market";
import { ApiError, FakeUserData } from "./fake-user-data";

/** What happens to a request. "lost-answer" executes it and drops the answer. */
export type Fault =
  | { kind: "unreachable" }
  | { kind: "lost-answer" }
  /** The server executes the request, and something in between answers with a page of its own. */
  | { kind: "foreign-answer"; status: number }
  /** The server executes the request and answers 500. */
  | { kind: "failed-answer" }
  | { kind: "hang" }
  | { kind: "status"; status: number; code?: string; headers?: Record<string, string>; html?: boolean };

export interface ReceivedRequest {
  method: string;
  path: string;
  body: unknown;
  userId: string | null;
  /** Set when the request is answered. */
  status?: number;
}

interface PlannedFault {
  matches: (request: ReceivedRequest) => boolean;
  fault: Fault;
  times: number;
}

interface Account {
  user: User;
  userData: FakeUserData;
}

/** The cookies of one browser. */
export interface CookieJar {
  token: string | null;
}

const JSON_TYPE = { "content-type": "application/json" };

export class FakeServer {
  readonly received: ReceivedRequest[] = [];
  readonly files = new FakeFiles();
  /** The assistants that everybody may read. */
  readonly market = new FakeMarket();
  readonly #accounts = new Map<string, Account>();
  readonly #tokens = new Map<string, string>();
  #faults: PlannedFault[] = [];
  #down = false;
  #counter = 0;
  /** Whether the event stream exists. It is off by default, so that the poll must find every change. */
  events = false;
  /** The limits that it tells. Default: those of files. */
  limits: object | null = null;
  /** Runs between the arrival of a request and its execution. */
  beforeAnswer: ((request: ReceivedRequest) => void | Promise<void>) | null = null;
  /** Called when the answer is made and not yet received. */
  afterAnswer: ((request: ReceivedRequest) => void | Promise<void>) | null = null;

  /** `fetch` of a browser with these cookies. */
  fetchFor(jar: CookieJar): typeof fetch {
    // The caller's signal outlives the Request object, which may be collected while a stream is open.
    return async (input, init) =>
      this.#handle(new Request(input, init), jar, init?.signal ?? new AbortController().signal);
  }

  /** Makes every request fail, health checks included. */
  setDown(down: boolean): void {
    this.#down = down;
  }

  /** Plans a fault for the next `times` requests whose "METHOD path" matches. */
  fail(pattern: RegExp, fault: Fault, times = 1): void {
    this.#faults.push({ matches: ({ method, path }) => pattern.test(`${method} ${path}`), fault, times });
  }

  /** Plans a fault for every request that matches. */
  failWhen(matches: (request: ReceivedRequest) => boolean, fault: Fault): void {
    this.#faults.push({ matches, fault, times: Number.POSITIVE_INFINITY });
  }

  /** Ends all planned faults. */
  mend(): void {
    this.#faults = [];
  }

  /** Ends every session, as a revocation on another device does. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  account(email: string): Account {
    const id = `user-${email.split("@")[0]}`;
    let account = this.#accounts.get(id);
    if (!account) {
      const now = new Date(0).toISOString();
      const user: User = {
        id,
        email,
        name: email,
        image: null,
        emailVerified: true,
        role: "user",
        createdAt: now,
        updatedAt: now,
      };
      account = { user, userData: new FakeUserData() };
      this.#accounts.set(id, account);
    }
    return account;
  }

  requests(pattern: RegExp): ReceivedRequest[] {
    return this.received.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  /** The pushed mutations of each request as "op text". The text is the row's title, name or content. */
  pushed(): string[][] {
    return this.requests(/POST \/api\/sync$/).map(({ body }) =>
      (body as { mutations: SyncMutation[] }).mutations.map(describeMutation),
    );
  }

  /** The requests with messages. */
  batches(): ReceivedRequest[] {
    return this.requests(/POST \/api\/sync$/).filter(({ body }) => messagesIn(body).length > 0);
  }

  userData(email: string): FakeUserData {
    return this.account(email).userData;
  }

  /** The stored messages of a user in the server's order. */
  messagesOf(email: string): ChatMessage[] {
    return this.userData(email).messages();
  }

  liveSessionsOf(email: string): ChatSession[] {
    return this.userData(email).sessions();
  }

  /** Stores messages as another device does, each in its own version. */
  writeAsOtherDevice(email: string, messages: NewMessage[]): void {
    for (const { tempId, ...message } of messages) {
      this.userData(email).write("chatMessages", tempId ?? `temp-${++this.#counter}`, message);
    }
  }

  createAsOtherDevice(email: string, id: string, title: string): void {
    this.userData(email).write("chatSessions", id, { title });
  }

  deleteAsOtherDevice(email: string, id: string): void {
    this.userData(email).write("chatSessions", id, null);
  }

  async #handle(request: Request, jar: CookieJar, signal: AbortSignal): Promise<Response> {
    const url = new URL(request.url);
    if (url.origin === STORAGE) return this.files.store(request);
    const text = await request.text();
    const received: ReceivedRequest = {
      method: request.method,
      path: url.pathname,
      body: text ? parseExact(text) : null,
      userId: this.#userOf(jar, request.headers.get("x-landfall-user")),
    };
    this.received.push(received);
    if (this.#down || signal.aborted) throw new TypeError("fetch failed");
    const planned = this.#faults.find((fault) => fault.times > 0 && fault.matches(received));
    if (planned) planned.times -= 1;
    const fault = planned?.fault;
    if (fault?.kind === "unreachable") throw new TypeError("fetch failed");
    if (fault?.kind === "hang") return hang(signal);
    if (fault?.kind === "status") {
      received.status = fault.status;
      return statusResponse(fault);
    }
    await this.beforeAnswer?.(received);
    if (this.#down) throw new TypeError("fetch failed");
    const response = this.#answer(received, url, jar, signal);
    received.status = response.status;
    await this.afterAnswer?.(received);
    if (fault?.kind === "lost-answer") throw new TypeError("fetch failed");
    if (fault?.kind === "failed-answer") return problem(500, "internal");
    if (fault?.kind === "foreign-answer") return statusResponse({ kind: "status", status: fault.status, html: true });
    return response;
  }

  /** The user of the cookie. Null if the request expects another user. */
  #userOf(jar: CookieJar, expected: string | null): string | null {
    const owner = this.#tokens.get(jar.token ?? "") ?? null;
    return expected === null || expected === owner ? owner : null;
  }

  #answer(request: ReceivedRequest, url: URL, jar: CookieJar, signal: AbortSignal): Response {
    const route = `${request.method} ${request.path}`;
    if (route === "GET /health/live") return json(200, { status: "ok" });
    if (route === "GET /api/auth/providers") return json(200, { providers: [] });
    if (route === "POST /api/auth/dev/sign-in") return this.#signIn(request, jar);
    if (route === "GET /api/auth/get-session") return json(200, request.userId ? this.#session(request.userId) : null);
    if (route === "POST /api/auth/sign-out") {
      this.#tokens.delete(jar.token ?? "");
      jar.token = null;
      return json(200, { success: true });
    }
    const account = this.#accounts.get(request.userId ?? "");
    if (!account) return problem(401, "unauthenticated");
    return this.#answerUser(request, route, url, account, signal);
  }

  #answerUser(request: ReceivedRequest, route: string, url: URL, account: Account, signal: AbortSignal): Response {
    const { userData, user } = account;
    if (route === "GET /api/sync/init") return json(200, { user, ...this.#snapshot(userData, url) });
    if (route === "GET /api/sync/changes") {
      const names = (url.searchParams.get("collections") ?? "").split(",");
      return this.#page(userData, url.searchParams.get("cursor"), names, Number(url.searchParams.get("limit")), {});
    }
    if (route === "GET /api/sync/events" && this.events) return stream(userData, signal);
    if (route === "POST /api/sync") return this.#push(userData, request.body as PushBody);
    if (route === "GET /api/sync/row") {
      const row = userData.row(url.searchParams.get("collection") ?? "", url.searchParams.get("key") ?? "");
      return row ? json(200, row) : problem(404, "not_found");
    }
    if (route === "POST /api/sync/outcomes") {
      const { clientId, from, close } = request.body as { clientId: string; from: number; close: boolean };
      return json(200, userData.outcomes(clientId, from, close));
    }
    const found = request.method === "GET" && this.market.answer(url);
    if (found) return json(200, found);
    const answer = this.files.answer(userData, request.method, request.path, request.body);
    if (answer)
      return answer.code ? problem(answer.status, answer.code, answer.errors) : json(answer.status, answer.body);
    return problem(404, "not_found");
  }

  #push(userData: FakeUserData, { clientId, cursor, collections, mutations, limit }: PushBody): Response {
    const resync = userData.page(cursor, collections, limit);
    if (typeof resync === "string") return problem(410, "resync_required", undefined, {}, resync);
    try {
      const results = userData.push(clientId, mutations);
      if (!results) return problem(409, "mutation_gap");
      return this.#page(userData, cursor, collections, limit, { results });
    } catch (error) {
      if (error instanceof ApiError) return problem(409, error.code);
      throw error;
    }
  }

  #page(userData: FakeUserData, cursor: string | null, names: string[], limit: number, more: object): Response {
    const page = userData.page(cursor, names, limit);
    return typeof page === "string"
      ? problem(410, "resync_required", undefined, {}, page)
      : json(200, { ...page, ...more });
  }

  #signIn(request: ReceivedRequest, jar: CookieJar): Response {
    const { email } = request.body as { email: string };
    const { user } = this.account(email);
    const token = `token-${++this.#counter}`;
    this.#tokens.set(token, user.id);
    jar.token = token;
    return json(200, { token, user });
  }

  #session(userId: string): unknown {
    return {
      session: { id: "s", userId, expiresAt: "2027-01-01T00:00:00.000Z" },
      user: this.#accounts.get(userId)?.user,
    };
  }

  #snapshot(userData: FakeUserData, url: URL): object {
    const sessions = userData.sessions().sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
    const current = url.searchParams.get("currentSessionId") ?? sessions[0]?.id;
    const messages = userData
      .messages()
      .filter(({ sessionId }) => sessionId === current)
      .slice(-Number(url.searchParams.get("messageLimit")));
    return {
      limits: this.limits ?? { files: this.files.rules },
      sessions,
      messages,
      projects: Object.values(userData.live("projects")).map(({ data: _data, ...project }) => project),
      assets: Object.values(userData.live("assets")),
      assistants: Object.values(userData.live("assistants")),
      preferences: Object.fromEntries(
        Object.entries(userData.live("settings")).map(([key, { value }]) => [key, value]),
      ),
    };
  }
}

interface PushBody {
  clientId: string;
  cursor: string | null;
  collections: string[];
  mutations: SyncMutation[];
  limit: number;
}

/** The messages of a push, as they were sent. */
export function messagesIn(body: unknown): SyncMutation[] {
  return (body as PushBody).mutations.filter(({ collection }) => collection === "chatMessages");
}

function describeMutation({ op, value }: SyncMutation): string {
  const { title, name, content } = (value ?? {}) as Record<string, unknown>;
  return `${op} ${title ?? name ?? content ?? ""}`.trim();
}

/** JSON with each long integer as a string of U+0000 and its text, as this server keeps it. */
function parseExact(text: string): unknown {
  return JSON.parse(text.replace(/([:[,])(-?\d{17,})(?=[,\]}])/g, '$1"\\u0000$2"'));
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(body).replace(/"\\u0000([^"]*)"/g, "$1");
  return new Response(text, { status, headers: { ...JSON_TYPE, ...headers } });
}

function problem(
  status: number,
  code: string,
  errors?: unknown,
  headers: Record<string, string> = {},
  reason?: string,
): Response {
  const body = {
    type: "about:blank",
    title: code,
    status,
    detail: `detail of ${code}`,
    instance: "/",
    code,
    requestId: "r",
    ...(errors ? { errors } : {}),
    ...(reason ? { reason } : {}),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

function statusResponse(fault: Extract<Fault, { kind: "status" }>): Response {
  if (fault.html)
    return new Response("<html>hello</html>", {
      status: fault.status,
      headers: { "content-type": "text/html", ...fault.headers },
    });
  // The first mutation is named, as the server does where a request is refused because of one.
  const errors = [{ pointer: "/mutations/0", code: "invalid_value", detail: "is wrong" }];
  return problem(
    fault.status,
    fault.code ?? "internal",
    fault.code === "validation_failed" ? errors : undefined,
    fault.headers,
  );
}

/** Sends the present version and every later one until the browser closes the stream. */
function stream(userData: FakeUserData, signal: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = () => {
        const data = `id: ${userData.epoch}.${userData.version}\nevent: version\ndata: {"version":${userData.version}}\n\n`;
        controller.enqueue(new TextEncoder().encode(data));
      };
      if (signal.aborted) return controller.error(new DOMException("aborted", "AbortError"));
      userData.listeners.add(tell);
      signal.addEventListener("abort", () => {
        userData.listeners.delete(tell);
        controller.error(new DOMException("aborted", "AbortError"));
      });
      tell();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function hang(signal: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}
