// The server's contract as a small model in memory: users, sessions, chat, idempotency by tempId, ETags. Faults are planned per request.
// It remembers every request it saw, so that tests can say what was sent and how often.

import type { ChatMessage, ChatSession, NewMessage, User } from "../../src/api/types";

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
  ifNoneMatch: string | null;
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
  version: number;
  sessions: Map<string, ChatSession & { deleted?: boolean }>;
  messages: ChatMessage[];
}

/** One browser's cookie jar. */
export interface CookieJar {
  token: string | null;
}

const JSON_TYPE = { "content-type": "application/json" };

export class FakeServer {
  readonly seen: SeenRequest[] = [];
  readonly #accounts = new Map<string, Account>();
  readonly #tokens = new Map<string, string>();
  #faults: PlannedFault[] = [];
  #down = false;
  #counter = 0;
  /** Runs after a request was read and before it is carried out. */
  beforeAnswer: ((request: SeenRequest) => void | Promise<void>) | null = null;

  /** `fetch` of a browser with this cookie jar. */
  fetchFor(jar: CookieJar): typeof fetch {
    return async (input, init) => this.#handle(new Request(input, init), jar);
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
      account = { user, version: 0, sessions: new Map(), messages: [] };
      this.#accounts.set(id, account);
    }
    return account;
  }

  requests(pattern: RegExp): SeenRequest[] {
    return this.seen.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  /** The stored messages of a user in the server's order. */
  messagesOf(email: string): ChatMessage[] {
    return [...this.account(email).messages].sort((a, b) => a.position - b.position);
  }

  liveSessionsOf(email: string): ChatSession[] {
    return [...this.account(email).sessions.values()].filter((session) => !session.deleted);
  }

  /** Stores messages as another device would. */
  writeAsOtherDevice(email: string, messages: NewMessage[]): void {
    const result = this.#batch(this.account(email), { messages });
    if (result.status !== 200) throw new Error(`the other device got ${result.status}`);
  }

  createAsOtherDevice(email: string, id: string, title: string): void {
    this.#createSession(this.account(email), { id, title });
  }

  deleteAsOtherDevice(email: string, id: string): void {
    this.#deleteSession(this.account(email), id);
  }

  async #handle(request: Request, jar: CookieJar): Promise<Response> {
    const url = new URL(request.url);
    const text = await request.text();
    const seen: SeenRequest = {
      method: request.method,
      path: url.pathname,
      body: text ? JSON.parse(text) : null,
      userId: this.#userOf(jar, request.headers.get("x-landfall-user")),
      ifNoneMatch: request.headers.get("if-none-match"),
    };
    this.seen.push(seen);
    if (this.#down || request.signal.aborted) throw new TypeError("fetch failed");
    const planned = this.#faults.find((fault) => fault.times > 0 && fault.matches(seen));
    if (planned) planned.times -= 1;
    const fault = planned?.fault;
    if (fault?.kind === "unreachable") throw new TypeError("fetch failed");
    if (fault?.kind === "hang") return hang(request.signal);
    if (fault?.kind === "status") {
      seen.status = fault.status;
      return failure(fault);
    }
    await this.beforeAnswer?.(seen);
    if (this.#down) throw new TypeError("fetch failed");
    const response = this.#answer(seen, url, jar);
    seen.status = response.status;
    if (fault?.kind === "lost-answer") throw new TypeError("fetch failed");
    return response;
  }

  /** Nobody where the request is meant for somebody else than the cookie's owner. */
  #userOf(jar: CookieJar, expected: string | null): string | null {
    const owner = this.#tokens.get(jar.token ?? "") ?? null;
    return expected === null || expected === owner ? owner : null;
  }

  #answer(request: SeenRequest, url: URL, jar: CookieJar): Response {
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
    return this.#answerUser(request, route, url, account);
  }

  #answerUser(request: SeenRequest, route: string, url: URL, account: Account): Response {
    if (route === "GET /api/sync/init") return this.#init(request, url, account);
    if (route === "POST /api/chat/messages/batch") {
      const result = this.#batch(account, request.body as { messages: NewMessage[] });
      return result.status === 200 ? json(200, result.body) : problem(result.status, result.code, result.errors);
    }
    if (route === "POST /api/chat/sessions")
      return this.#createSession(account, request.body as { id?: string; title: string });
    const messages = /^GET \/api\/chat\/([^/]+)\/messages$/.exec(route);
    if (messages) return this.#list(url, account, messages[1] ?? "");
    const session = /^(GET|PATCH|DELETE) \/api\/chat\/sessions\/([^/]+)$/.exec(route);
    if (session?.[1] === "PATCH") return this.#rename(account, session[2] ?? "", request.body as { title?: string });
    if (session?.[1] === "DELETE") return this.#deleteSession(account, session[2] ?? "");
    return problem(404, "not_found");
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

  #init(request: SeenRequest, url: URL, account: Account): Response {
    const sessionId = url.searchParams.get("currentSessionId");
    const etag = `"${account.version}-${sessionId ?? ""}"`;
    if (request.ifNoneMatch === etag) return new Response(null, { status: 304, headers: { etag } });
    const sessions = [...account.sessions.values()]
      .filter((session) => !session.deleted)
      .map(({ deleted: _deleted, ...session }) => session);
    const current = sessionId ?? sessions.at(-1)?.id;
    const messages = account.messages
      .filter((message) => message.sessionId === current)
      .slice(-Number(url.searchParams.get("messageLimit")));
    const body = {
      user: account.user,
      epoch: "00000000-0000-4000-8000-000000000000",
      cursor: `c${account.version}`,
      serverTime: new Date(0).toISOString(),
      limits: {},
      sessions,
      messages,
      projects: [],
      assets: [],
      assistants: [],
      preferences: {},
    };
    return json(200, body, { etag });
  }

  #createSession(account: Account, input: { id?: string; title: string }): Response {
    const id = input.id ?? `00000000-0000-4000-8000-${String(++this.#counter).padStart(12, "0")}`;
    const known = account.sessions.get(id);
    if (known) return known.deleted ? problem(409, "id_conflict") : json(200, known);
    account.version += 1;
    const now = new Date(account.version).toISOString();
    const session: ChatSession = {
      projectId: null,
      metadata: null,
      ...input,
      id,
      revision: account.version,
      createdAt: now,
      updatedAt: now,
    };
    account.sessions.set(id, session);
    return json(201, session);
  }

  #rename(account: Account, id: string, change: { title?: string }): Response {
    const session = account.sessions.get(id);
    if (!session || session.deleted) return problem(404, "not_found");
    account.version += 1;
    Object.assign(session, change, { revision: account.version });
    return json(200, session);
  }

  #deleteSession(account: Account, id: string): Response {
    const session = account.sessions.get(id);
    if (!session) return problem(404, "not_found");
    if (!session.deleted) {
      account.version += 1;
      session.deleted = true;
      account.messages = account.messages.filter((message) => message.sessionId !== id);
    }
    return new Response(null, { status: 204 });
  }

  #list(url: URL, account: Account, sessionId: string): Response {
    const session = account.sessions.get(sessionId);
    if (!session || session.deleted) return problem(404, "not_found");
    const limit = Number(url.searchParams.get("limit") ?? 50);
    const before = url.searchParams.get("before");
    const after = url.searchParams.get("after");
    const all = account.messages.filter((message) => message.sessionId === sessionId);
    if (after !== null) {
      const newer = all.filter((message) => message.position > Number(after));
      const page = newer.slice(0, limit);
      return json(200, { messages: page, nextCursor: newer.length > limit ? String(page.at(-1)?.position) : null });
    }
    const older = before === null ? all : all.filter((message) => message.position < Number(before));
    const page = older.slice(-limit);
    return json(200, { messages: page, nextCursor: older.length > limit ? String(page[0]?.position) : null });
  }

  #batch(account: Account, { messages }: { messages: NewMessage[] }): BatchResult {
    if (messages.length < 1 || messages.length > 500)
      return refusal(422, "validation_failed", "/messages", "out_of_range");
    const known = messages.map((message) =>
      account.messages.find((stored) => stored.tempId !== null && stored.tempId === message.tempId),
    );
    for (const [index, message] of messages.entries()) {
      const stored = known[index];
      if (stored && stored.content !== message.content)
        return refusal(409, "id_conflict", `/messages/${index}`, "id_conflict");
      if (stored) continue;
      if (message.content.startsWith("refuse me"))
        return refusal(422, "validation_failed", `/messages/${index}/content`, "not_allowed");
      const session = account.sessions.get(message.sessionId);
      if (!session) return refusal(422, "validation_failed", `/messages/${index}/sessionId`, "unknown_session");
      if (session.deleted) return refusal(409, "session_deleted", `/messages/${index}/sessionId`, "session_deleted");
    }
    const isNew = known.some((stored) => !stored);
    if (isNew) account.version += 1;
    const stored = messages.map((message, index) => known[index] ?? this.#store(account, message, index));
    const idMap = Object.fromEntries(stored.map((message) => [message.tempId, message.id]));
    return { status: 200, body: { messages: stored, idMap, syncedAt: new Date(0).toISOString() } };
  }

  #store(account: Account, message: NewMessage, index: number): ChatMessage {
    const id = `10000000-0000-4000-8000-${String(++this.#counter).padStart(12, "0")}`;
    const { tempId = null, sessionId, role, content, createdAt, metadata = null } = message;
    const stored: ChatMessage = {
      id,
      tempId,
      sessionId,
      role,
      content,
      createdAt,
      metadata,
      position: account.version * 2 ** 20 + index,
      revision: account.version,
    };
    account.messages.push(stored);
    const session = account.sessions.get(sessionId);
    if (session) session.revision = account.version;
    return stored;
  }
}

type BatchResult =
  | { status: 200; body: unknown }
  | { status: 409 | 422; code: string; errors: { pointer: string; code: string; detail: string }[] };

function refusal(status: 409 | 422, code: string, pointer: string, errorCode: string): BatchResult {
  return { status, code, errors: [{ pointer, code: errorCode, detail: `${errorCode} at ${pointer}` }] };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...JSON_TYPE, ...headers } });
}

function problem(status: number, code: string, errors?: unknown, headers: Record<string, string> = {}): Response {
  const body = {
    type: "about:blank",
    title: code,
    status,
    detail: `detail of ${code}`,
    instance: "/",
    code,
    requestId: "r",
    ...(errors ? { errors } : {}),
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

function hang(signal: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}
