// A server in memory with the API of the real one: sign-in, chats by REST, push and pull. The simulated network calls
// it with requests that arrived. Known faults can be switched on.

import type { Json, JsonObject } from "../json";
import { ApiError, invalid } from "./api-error";
import { decodeCursor, encodeCursor } from "./cursor";
import type { Mutation } from "./mutation";
import { knownSources, type Lacks } from "./older";
import { checkCursor, nextPage, type Page, type Pull } from "./pull";
import { outcomes, push } from "./push";
import {
  changeSession,
  createSession,
  initialSnapshot,
  listMessages,
  type RestAnswer,
  removeSession,
  sendBatch,
} from "./rest";
import { applyRetention } from "./retention";
import { emptyUserData, type UserData, type Write } from "./user-data";

/** A request that arrived. */
export interface ArrivedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Json;
  /** The browser's session cookie. */
  token: string | null;
  /** The user id that the client expects (`x-landfall-user`). */
  expectedUser: string | null;
  ifNoneMatch: string | null;
}

export interface Answer {
  status: number;
  body: Json;
  headers: Record<string, string>;
  /** The new session cookie. */
  setToken?: string | null;
}

/** The known faults of the model. */
export const SERVER_FAULTS = [
  "cursor not stamped",
  "no idempotency records",
  "retention without horizon",
  "answer before commit",
] as const;
export type ServerFault = (typeof SERVER_FAULTS)[number];

/** The largest page, in bytes. */
const PAGE_BYTES = 4 * 1024 * 1024;

interface Account {
  user: JsonObject & { id: string };
  userData: UserData;
}

export interface ModelServerParts {
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
  faults?: ReadonlySet<ServerFault>;
}

export class ModelServer {
  readonly #parts: ModelServerParts;
  readonly #faults: ReadonlySet<ServerFault>;
  #accounts = new Map<string, Account>();
  readonly #tokens = new Map<string, string>();
  #epoch: string;
  /** What this version of the server lacks; `null`: nothing. */
  #lacks: Lacks | null = null;
  #counter = 0;
  #writes = 0;

  constructor(parts: ModelServerParts) {
    this.#parts = parts;
    this.#faults = parts.faults ?? new Set();
    this.#epoch = parts.newId();
  }

  answer(request: ArrivedRequest): Answer {
    try {
      return this.#route(request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return problem(error, request.path);
    }
  }

  /** The data of a user. Throws for an unknown user. */
  userData(userId: string): UserData {
    return this.#account(userId).userData;
  }

  /** Replaces the server by another version of it. The data stay. */
  becomeVersion(lacks: Lacks | null): void {
    this.#lacks = lacks;
  }

  /** Ends every session. The next request of each browser gets 401. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  /** Removes tombstones and stored outcomes of all users from before now. */
  runRetention(): void {
    const before = this.#now();
    for (const { userData } of this.#accounts.values()) {
      const horizon = userData.horizon;
      applyRetention(userData, before);
      if (this.#faults.has("retention without horizon")) userData.horizon = horizon;
    }
  }

  /** A copy of all data, for `restore`. */
  backup(): unknown {
    return structuredClone(this.#accounts);
  }

  /** Restores a backup under a new epoch. Sessions stay valid. */
  restore(backup: unknown): void {
    this.#accounts = structuredClone(backup) as Map<string, Account>;
    this.#epoch = this.#parts.newId();
  }

  #route(request: ArrivedRequest): Answer {
    const route = `${request.method} ${request.path}`;
    if (route === "GET /health/live") return ok({ status: "ok" });
    if (route === "POST /api/auth/dev/sign-in") return this.#signIn(request.body as JsonObject);
    const account = this.#callerOf(request);
    if (route === "GET /api/auth/get-session") return ok(account ? this.#sessionOf(account) : null);
    if (route === "POST /api/auth/sign-out") {
      this.#tokens.delete(request.token ?? "");
      return { ...ok({ success: true }), setToken: null };
    }
    if (!account) throw new ApiError("unauthenticated");
    return this.#routeUser(route, request, account);
  }

  #routeUser(route: string, { path, query, body, ifNoneMatch }: ArrivedRequest, account: Account): Answer {
    if (route === "POST /api/sync") return ok(this.#sync(account, body as JsonObject));
    if (route === "POST /api/sync/outcomes" && !this.#lacks) return ok(this.#outcomes(account, body as JsonObject));
    if (route === "GET /api/sync/changes") return ok(this.#changes(account, query));
    if (route === "GET /api/sync/init") return this.#init(account, query, ifNoneMatch);
    if (route === "POST /api/chat/sessions")
      return this.#rest(account, (write) => createSession(write, body as JsonObject));
    if (route === "POST /api/chat/messages/batch")
      return this.#rest(account, (write) => sendBatch(write, body as JsonObject));
    const id = path.split("/")[4] ?? "";
    if (/^PATCH \/api\/chat\/sessions\/[^/]+$/.test(route))
      return this.#rest(account, (write) => changeSession(write, id, body as JsonObject));
    if (/^DELETE \/api\/chat\/sessions\/[^/]+$/.test(route))
      return this.#rest(account, (write) => removeSession(write, id));
    if (/^GET \/api\/chat\/[^/]+\/messages$/.test(route)) {
      const answer = listMessages(account.userData, path.split("/")[3] ?? "", query);
      return { ...answer, headers: {} };
    }
    throw new ApiError("not_found");
  }

  #signIn({ email, name }: JsonObject): Answer {
    const id = `user-${String(email).split("@")[0]}`;
    let account = this.#accounts.get(id);
    if (!account) {
      const now = this.#now();
      const profile = {
        email: String(email),
        name: String(name ?? email),
        image: null,
        emailVerified: true,
        role: "user",
      };
      account = { user: { id, ...profile, createdAt: now, updatedAt: now }, userData: emptyUserData() };
      this.#accounts.set(id, account);
    }
    const token = `token-${++this.#counter}`;
    this.#tokens.set(token, id);
    return { ...ok({ token, user: account.user }), setToken: token };
  }

  #sessionOf({ user }: Account): Json {
    const now = this.#now();
    const times = { expiresAt: "2099-01-01T00:00:00.000Z", createdAt: now, updatedAt: now };
    return { session: { id: "s", userId: user.id, ...times, ipAddress: null, userAgent: null }, user };
  }

  #init(account: Account, query: URLSearchParams, ifNoneMatch: string | null): Answer {
    const { userData, user } = account;
    const etag = `"${this.#epoch}-${userData.version}-${query}"`;
    if (ifNoneMatch === etag) return { status: 304, body: null, headers: { etag } };
    const body = {
      user,
      epoch: this.#epoch,
      cursor: `${this.#epoch}.${userData.version}`,
      serverTime: this.#now(),
      limits: {
        maxBatchMessages: 500,
        maxContentChars: 1_000_000,
        maxBodyBytes: 8_388_608,
        maxProjectBytes: 5_242_880,
      },
      ...initialSnapshot(userData, query),
      preferences: {},
    };
    return { ...ok(body), headers: { etag } };
  }

  #sync(account: Account, body: JsonObject): Json {
    const names = (body.collections ?? undefined) as string[] | undefined;
    const mutations = (body.mutations ?? []) as unknown as Mutation[];
    const pull = this.#pullOf(
      names,
      (body.cursor ?? undefined) as string | undefined,
      "/cursor",
      Number(body.limit ?? 50),
      body.maxBytes,
    );
    pull.wholeFirstRow = body.maxBytes === undefined;
    checkCursor(account.userData, pull);
    const keeps = !this.#faults.has("no idempotency records");
    const results =
      mutations.length === 0
        ? []
        : this.#write(account, (write) => push(write, String(body.clientId), mutations, keeps));
    return { ...this.#page(nextPage(account.userData, pull), names), results: results as unknown as Json };
  }

  #outcomes(account: Account, { clientId, from, close }: JsonObject): Json {
    return this.#write(account, (write) => outcomes(write, String(clientId), Number(from), close === true));
  }

  #changes(account: Account, query: URLSearchParams): Json {
    const names = query.get("collections")?.split(",");
    const pull = this.#pullOf(
      names,
      query.get("cursor") ?? undefined,
      "/query/cursor",
      Number(query.get("limit") ?? 50),
      query.get("maxBytes"),
    );
    return this.#page(nextPage(account.userData, pull), names);
  }

  #pullOf(
    names: string[] | undefined,
    cursor: string | undefined,
    pointer: string,
    limit: number,
    maxBytes: unknown,
  ): Pull {
    if (!(limit >= 1 && limit <= 200)) throw invalid("/limit", "invalid_type");
    const decoded = cursor === undefined ? null : decodeCursor(cursor, pointer);
    return {
      epoch: this.#epoch,
      cursor: decoded,
      sources: knownSources(names, this.#lacks),
      limit,
      bytes: maxBytes === undefined || maxBytes === null || this.#lacks ? PAGE_BYTES : Number(maxBytes),
      wholeFirstRow: true,
    };
  }

  #page({ changes, cursor, hasMore }: Page, wanted: readonly string[] = []): JsonObject {
    const text = encodeCursor(cursor);
    const known = knownSources(wanted, this.#lacks);
    const unknownCollections = wanted.filter((name) => !known.includes(name));
    const page = { epoch: this.#epoch, changes, cursor: text, hasMore, serverTime: this.#now() };
    return this.#lacks?.refusesUnknown ? page : { ...page, unknownCollections };
  }

  #rest(account: Account, work: (write: Write) => RestAnswer): Answer {
    return { ...this.#write(account, work), headers: {} };
  }

  /** Runs `work` and raises the version if it changed a row. `work` throws before its first change or not at all. */
  #write<T>(account: Account, work: (write: Write) => T): T {
    const { userData } = account;
    const { newId } = this.#parts;
    this.#writes += 1;
    // A fault affects every fourth write.
    const fails = (fault: ServerFault) => this.#faults.has(fault) && this.#writes % 4 === 0;
    const before = fails("answer before commit") ? structuredClone(userData) : null;
    const version = userData.version + 1;
    const stamp = fails("cursor not stamped") ? userData.version : version;
    const unknown = this.#lacks?.collections ?? [];
    const write: Write = { userData, stamp, now: this.#now(), newId, messages: 0, changed: false, unknown };
    const value = work(write);
    if (write.changed) userData.version = version;
    if (before) account.userData = before;
    return value;
  }

  #callerOf({ token, expectedUser }: ArrivedRequest): Account | null {
    const owner = this.#tokens.get(token ?? "");
    if (owner === undefined || (expectedUser !== null && expectedUser !== owner)) return null;
    return this.#accounts.get(owner) ?? null;
  }

  #account(userId: string): Account {
    const account = this.#accounts.get(userId);
    if (!account) throw new Error(`there is no user ${userId}`);
    return account;
  }

  #now(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}

function ok(body: Json): Answer {
  return { status: 200, body, headers: {} };
}

function problem({ code, status, message, errors, server, reason }: ApiError, instance: string): Answer {
  const body: JsonObject = {
    type: `/docs/errors#${code}`,
    title: code,
    status,
    detail: message,
    instance,
    code,
    requestId: "model",
    ...(errors.length > 0 && { errors: errors as unknown as Json }),
    ...(server && { server }),
    ...(reason && { reason }),
  };
  return { status, body, headers: { "content-type": "application/problem+json" } };
}
