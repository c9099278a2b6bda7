// A server in memory that answers as the real one does: sign-in, chats by REST, push and pull. It is reached by requests that have arrived
// already; what happens to them on the way is the network's affair. It can be made to break a promise on purpose.

import type { Json, JsonObject } from "../json";
import { decodeCursor, encodeCursor } from "./cursor";
import { checkCollections, type Mutation } from "./mutation";
import { checkCursor, nextPage, type Page, type Pull } from "./pull";
import { push } from "./push";
import { invalid, Refusal } from "./refusal";
import { SOURCES } from "./registry";
import {
  changeSession,
  createSession,
  firstPicture,
  listMessages,
  type RestAnswer,
  removeSession,
  sendBatch,
} from "./rest";
import { emptySpace, type Space, type Write } from "./space";
import { sweep } from "./sweep";

/** A request that has arrived. */
export interface Arrived {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Json;
  /** The browser's session cookie. */
  token: string | null;
  /** Whose request the client says it is. */
  expectedUser: string | null;
  ifNoneMatch: string | null;
}

export interface Answer {
  status: number;
  body: Json;
  headers: Record<string, string>;
  /** The cookie to keep from now on. */
  setToken?: string | null;
}

/** Promises of the server that can be broken on purpose. */
export const SERVER_FAULTS = [
  "cursor not stamped",
  "no receipts",
  "sweep without horizon",
  "answer before commit",
] as const;
export type ServerFault = (typeof SERVER_FAULTS)[number];

interface Account {
  user: JsonObject & { id: string };
  space: Space;
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
  #counter = 0;
  #writes = 0;

  constructor(parts: ModelServerParts) {
    this.#parts = parts;
    this.#faults = parts.faults ?? new Set();
    this.#epoch = parts.newId();
  }

  answer(request: Arrived): Answer {
    try {
      return this.#route(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return problem(error, request.path);
    }
  }

  /** The data of a user, for looking at it; throws for nobody. */
  space(userId: string): Space {
    return this.#account(userId).space;
  }

  /** Ends every session: the next request of each browser is a 401. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  /** Removes the tombstones and outcomes of everybody of the time before now. */
  sweep(): void {
    const before = this.#now();
    for (const { space } of this.#accounts.values()) {
      const horizon = space.horizon;
      sweep(space, before);
      if (this.#faults.has("sweep without horizon")) space.horizon = horizon;
    }
  }

  /** All data as it is now, for `restore`. */
  backup(): unknown {
    return structuredClone(this.#accounts);
  }

  /** The data of an earlier moment, under a new epoch. Sessions live on. */
  restore(backup: unknown): void {
    this.#accounts = structuredClone(backup) as Map<string, Account>;
    this.#epoch = this.#parts.newId();
  }

  #route(request: Arrived): Answer {
    const route = `${request.method} ${request.path}`;
    if (route === "GET /health/live") return ok({ status: "ok" });
    if (route === "POST /api/auth/dev/sign-in") return this.#signIn(request.body as JsonObject);
    const account = this.#callerOf(request);
    if (route === "GET /api/auth/get-session") return ok(account ? this.#sessionOf(account) : null);
    if (route === "POST /api/auth/sign-out") {
      this.#tokens.delete(request.token ?? "");
      return { ...ok({ success: true }), setToken: null };
    }
    if (!account) throw new Refusal("unauthenticated");
    return this.#routeUser(route, request, account);
  }

  #routeUser(route: string, { path, query, body, ifNoneMatch }: Arrived, account: Account): Answer {
    if (route === "POST /api/sync") return ok(this.#sync(account, body as JsonObject));
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
      const answer = listMessages(account.space, path.split("/")[3] ?? "", query);
      return { ...answer, headers: {} };
    }
    throw new Refusal("not_found");
  }

  #signIn({ email, name }: JsonObject): Answer {
    const id = `user-${String(email).split("@")[0]}`;
    let account = this.#accounts.get(id);
    if (!account) {
      const now = this.#now();
      const person = {
        email: String(email),
        name: String(name ?? email),
        image: null,
        emailVerified: true,
        role: "user",
      };
      account = { user: { id, ...person, createdAt: now, updatedAt: now }, space: emptySpace() };
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
    const { space, user } = account;
    const etag = `"${this.#epoch}-${space.version}-${query}"`;
    if (ifNoneMatch === etag) return { status: 304, body: null, headers: { etag } };
    const body = {
      user,
      epoch: this.#epoch,
      cursor: `${this.#epoch}.${space.version}`,
      serverTime: this.#now(),
      limits: {
        maxBatchMessages: 500,
        maxContentChars: 1_000_000,
        maxBodyBytes: 8_388_608,
        maxProjectBytes: 5_242_880,
      },
      ...firstPicture(space, query),
      preferences: {},
    };
    return { ...ok(body), headers: { etag } };
  }

  #sync(account: Account, body: JsonObject): Json {
    const names = (body.collections ?? undefined) as string[] | undefined;
    if (names) checkCollections(names, "/collections");
    const mutations = (body.mutations ?? []) as unknown as Mutation[];
    const pull = this.#pullOf(
      names,
      (body.cursor ?? undefined) as string | undefined,
      "/cursor",
      Number(body.limit ?? 50),
    );
    checkCursor(account.space, pull);
    checkCollections(
      mutations.map(({ collection }) => collection),
      "/mutations",
    );
    const keeps = !this.#faults.has("no receipts");
    const results =
      mutations.length === 0
        ? []
        : this.#write(account, (write) => push(write, String(body.clientId), mutations, keeps));
    return { ...this.#page(nextPage(account.space, pull)), results: results as unknown as Json };
  }

  #changes(account: Account, query: URLSearchParams): Json {
    const names = query.get("collections")?.split(",");
    if (names) checkCollections(names, "/query/collections");
    const pull = this.#pullOf(
      names,
      query.get("cursor") ?? undefined,
      "/query/cursor",
      Number(query.get("limit") ?? 50),
    );
    return this.#page(nextPage(account.space, pull));
  }

  #pullOf(names: string[] | undefined, cursor: string | undefined, pointer: string, limit: number): Pull {
    if (!(limit >= 1 && limit <= 200)) throw invalid("/limit", "invalid_type");
    const decoded = cursor === undefined ? null : decodeCursor(cursor, pointer);
    return { epoch: this.#epoch, cursor: decoded, sources: names ?? SOURCES, limit };
  }

  #page({ changes, cursor, hasMore }: Page): JsonObject {
    const text = encodeCursor(cursor);
    return { epoch: this.#epoch, changes, cursor: text, hasMore, serverTime: this.#now() };
  }

  #rest(account: Account, work: (write: Write) => RestAnswer): Answer {
    return { ...this.#write(account, work), headers: {} };
  }

  /** Runs `work`, which must throw before it changes anything or not at all, and raises the version if it changed something. */
  #write<T>(account: Account, work: (write: Write) => T): T {
    const { space } = account;
    const { newId } = this.#parts;
    this.#writes += 1;
    // A faulty server is right most of the time.
    const fails = (fault: ServerFault) => this.#faults.has(fault) && this.#writes % 4 === 0;
    const before = fails("answer before commit") ? structuredClone(space) : null;
    const version = space.version + 1;
    const stamp = fails("cursor not stamped") ? space.version : version;
    const write: Write = { space, stamp, now: this.#now(), newId, messages: 0, changed: false };
    const value = work(write);
    if (write.changed) space.version = version;
    if (before) account.space = before;
    return value;
  }

  #callerOf({ token, expectedUser }: Arrived): Account | null {
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

function problem({ code, status, message, errors, server, reason }: Refusal, instance: string): Answer {
  const body: JsonObject = {
    type: `urn:landfall:problem:${code}`,
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
