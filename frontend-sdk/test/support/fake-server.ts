// The server's contract as a small model in memory: users, sign-in, push and pull. Faults are planned per request.
// It remembers every request it saw, so that tests can say what was sent and how often.

import type { ChatMessage, ChatSession, NewMessage, SyncMutation, User } from "../../src/api/types";
import { FakeFiles, STORAGE } from "./fake-files";
import { FakeSpace, Refused } from "./fake-space";

/** What goes wrong with a request. "lost-answer" is a request that was carried out and whose answer never arrives. */
export type Fault =
  | { kind: "unreachable" }
  | { kind: "lost-answer" }
  | { kind: "hang" }
  | { kind: "status"; status: number; code?: string; headers?: Record<string, string>; html?: boolean };

export interface SeenRequest {
  method: string;
  path: string;
  body: unknown;
  userId: string | null;
  /** Filled in when it was answered. */
  status?: number;
}

interface PlannedFault {
  matches: (request: SeenRequest) => boolean;
  fault: Fault;
  times: number;
}

interface Account {
  user: User;
  space: FakeSpace;
}

/** One browser's cookie jar. */
export interface CookieJar {
  token: string | null;
}

const JSON_TYPE = { "content-type": "application/json" };

export class FakeServer {
  readonly seen: SeenRequest[] = [];
  readonly files = new FakeFiles();
  readonly #accounts = new Map<string, Account>();
  readonly #tokens = new Map<string, string>();
  #faults: PlannedFault[] = [];
  #down = false;
  #counter = 0;
  /** Whether there is an event stream. Off unless a test is about it: the poll must do without. */
  events = false;
  /** Runs after a request was read and before it is carried out. */
  beforeAnswer: ((request: SeenRequest) => void | Promise<void>) | null = null;

  /** `fetch` of a browser with this cookie jar. */
  fetchFor(jar: CookieJar): typeof fetch {
    // The caller's own signal: a request's is only as alive as the request, and nobody holds that while a stream is open.
    return async (input, init) =>
      this.#handle(new Request(input, init), jar, init?.signal ?? new AbortController().signal);
  }

  /** While down, nothing answers, not even health. */
  setDown(down: boolean): void {
    this.#down = down;
  }

  /** Plans a fault for the next `times` requests whose "METHOD path" matches. */
  fail(pattern: RegExp, fault: Fault, times = 1): void {
    this.#faults.push({ matches: ({ method, path }) => pattern.test(`${method} ${path}`), fault, times });
  }

  /** Plans a fault for every request that is like this. */
  failWhen(matches: (request: SeenRequest) => boolean, fault: Fault): void {
    this.#faults.push({ matches, fault, times: Number.POSITIVE_INFINITY });
  }

  /** Ends every session, as a revocation from another device does. */
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
      account = { user, space: new FakeSpace() };
      this.#accounts.set(id, account);
    }
    return account;
  }

  requests(pattern: RegExp): SeenRequest[] {
    return this.seen.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  /** What was sent, request by request, as "op text": the texts of rows are what people call them. */
  pushed(): string[][] {
    return this.requests(/POST \/api\/sync$/).map(({ body }) =>
      (body as { mutations: SyncMutation[] }).mutations.map(say),
    );
  }

  /** The requests that carried messages. */
  batches(): SeenRequest[] {
    return this.requests(/POST \/api\/sync$/).filter(({ body }) => messagesIn(body).length > 0);
  }

  space(email: string): FakeSpace {
    return this.account(email).space;
  }

  /** The stored messages of a user in the server's order. */
  messagesOf(email: string): ChatMessage[] {
    return this.space(email).messages();
  }

  liveSessionsOf(email: string): ChatSession[] {
    return this.space(email).sessions();
  }

  /** Stores messages as another device would: each in a version of its own. */
  writeAsOtherDevice(email: string, messages: NewMessage[]): void {
    for (const { tempId, ...message } of messages) {
      this.space(email).write("chatMessages", tempId ?? `temp-${++this.#counter}`, message);
    }
  }

  createAsOtherDevice(email: string, id: string, title: string): void {
    this.space(email).write("chatSessions", id, { title });
  }

  deleteAsOtherDevice(email: string, id: string): void {
    this.space(email).write("chatSessions", id, null);
  }

  async #handle(request: Request, jar: CookieJar, signal: AbortSignal): Promise<Response> {
    const url = new URL(request.url);
    if (url.origin === STORAGE) return this.files.store(request);
    const text = await request.text();
    const seen: SeenRequest = {
      method: request.method,
      path: url.pathname,
      body: text ? JSON.parse(text) : null,
      userId: this.#userOf(jar, request.headers.get("x-landfall-user")),
    };
    this.seen.push(seen);
    if (this.#down || signal.aborted) throw new TypeError("fetch failed");
    const planned = this.#faults.find((fault) => fault.times > 0 && fault.matches(seen));
    if (planned) planned.times -= 1;
    const fault = planned?.fault;
    if (fault?.kind === "unreachable") throw new TypeError("fetch failed");
    if (fault?.kind === "hang") return hang(signal);
    if (fault?.kind === "status") {
      seen.status = fault.status;
      return failure(fault);
    }
    await this.beforeAnswer?.(seen);
    if (this.#down) throw new TypeError("fetch failed");
    const response = this.#answer(seen, url, jar, signal);
    seen.status = response.status;
    if (fault?.kind === "lost-answer") throw new TypeError("fetch failed");
    return response;
  }

  /** Nobody where the request is meant for somebody else than the cookie's owner. */
  #userOf(jar: CookieJar, expected: string | null): string | null {
    const owner = this.#tokens.get(jar.token ?? "") ?? null;
    return expected === null || expected === owner ? owner : null;
  }

  #answer(request: SeenRequest, url: URL, jar: CookieJar, signal: AbortSignal): Response {
    const route = `${request.method} ${request.path}`;
    if (route === "GET /health/live") return json(200, { status: "ok" });
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

  #answerUser(request: SeenRequest, route: string, url: URL, account: Account, signal: AbortSignal): Response {
    const { space, user } = account;
    if (route === "GET /api/sync/init") return json(200, { user, ...this.#picture(space, url) });
    if (route === "GET /api/sync/changes") {
      const names = (url.searchParams.get("collections") ?? "").split(",");
      return this.#page(space, url.searchParams.get("cursor"), names, Number(url.searchParams.get("limit")), {});
    }
    if (route === "GET /api/sync/events" && this.events) return stream(space, signal);
    if (route === "POST /api/sync") return this.#push(space, request.body as PushBody);
    const answer = this.files.answer(space, request.method, request.path, request.body);
    if (answer)
      return answer.code ? problem(answer.status, answer.code, answer.errors) : json(answer.status, answer.body);
    return problem(404, "not_found");
  }

  #push(space: FakeSpace, { clientId, cursor, collections, mutations, limit }: PushBody): Response {
    const resync = space.page(cursor, collections, limit);
    if (typeof resync === "string") return problem(410, "resync_required", undefined, {}, resync);
    try {
      const results = space.push(clientId, mutations);
      if (!results) return problem(409, "mutation_gap");
      return this.#page(space, cursor, collections, limit, { results });
    } catch (error) {
      if (error instanceof Refused) return problem(409, error.code);
      throw error;
    }
  }

  #page(space: FakeSpace, cursor: string | null, names: string[], limit: number, more: object): Response {
    const unknown = names.find((name) => !space.definitions.has(name));
    if (unknown) return problem(422, "validation_failed");
    const page = space.page(cursor, names, limit);
    return typeof page === "string"
      ? problem(410, "resync_required", undefined, {}, page)
      : json(200, { ...page, ...more });
  }

  #signIn(request: SeenRequest, jar: CookieJar): Response {
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

  #picture(space: FakeSpace, url: URL): object {
    const sessions = space.sessions().sort((a, b) => b.revision - a.revision);
    const current = sessions[0]?.id;
    const messages = space
      .messages()
      .filter(({ sessionId }) => sessionId === current)
      .slice(-Number(url.searchParams.get("messageLimit")));
    return {
      sessions,
      messages,
      projects: [],
      assets: Object.values(space.live("assets")),
      assistants: [],
      preferences: {},
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

function say({ op, value }: SyncMutation): string {
  const { title, name, content } = (value ?? {}) as Record<string, unknown>;
  return `${op} ${title ?? name ?? content ?? ""}`.trim();
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...JSON_TYPE, ...headers } });
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

function failure(fault: Extract<Fault, { kind: "status" }>): Response {
  if (fault.html)
    return new Response("<html>hello</html>", {
      status: fault.status,
      headers: { "content-type": "text/html", ...fault.headers },
    });
  return problem(fault.status, fault.code ?? "internal", undefined, fault.headers);
}

/** One event at once and one for each advance, until the browser hangs up. */
function stream(space: FakeSpace, signal: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = () => {
        const data = `id: ${space.epoch}.${space.version}\nevent: version\ndata: {"version":${space.version}}\n\n`;
        controller.enqueue(new TextEncoder().encode(data));
      };
      if (signal.aborted) return controller.error(new DOMException("aborted", "AbortError"));
      space.listeners.add(tell);
      signal.addEventListener("abort", () => {
        space.listeners.delete(tell);
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
