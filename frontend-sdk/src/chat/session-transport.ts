// How queued writes of chat sessions travel: one request each. It knows the routes and the rows, and nothing of retries.

import type { Http } from "../api/http";
import type { Outcome } from "../api/outcome";
import { deleteChatSession, patchChatSession, postChatSession } from "../api/requests";
import type { CreateSessionRequest, UpdateSessionRequest } from "../api/types";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { entriesOf, pick } from "../outbox/enqueue";
import type { FrozenEntry, Transport } from "../outbox/transport";
import type { ChatSession } from "../types";
import { messageLane, SESSIONS } from "./lanes";
import { removeRows } from "./session-writes";

/** `null` answers a delete. */
type Answer = ChatSession | null;

export class SessionTransport implements Transport<Answer> {
  readonly collection = SESSIONS;
  readonly maxBatch = 1;
  readonly flushAt = 1;
  readonly #db: UserDatabase;
  readonly #http: Http;

  constructor(db: UserDatabase, http: Http) {
    this.#db = db;
    this.#http = http;
  }

  async body(entry: OutboxEntry): Promise<unknown> {
    if (entry.op === "delete") return {};
    const row = await this.#db.chatSessions.get(entry.key);
    if (!row) return undefined;
    return pick({ ...row }, entry.op === "create" ? ["id", "title", "projectId", "metadata"] : entry.fields);
  }

  async send([entry]: readonly FrozenEntry[], signal: AbortSignal): Promise<Outcome<Answer>> {
    if (!entry) throw new Error("a request has an entry");
    if (entry.op === "create") return postChatSession(this.#http, entry.body as CreateSessionRequest, signal);
    if (entry.op === "update")
      return patchChatSession(this.#http, entry.key, entry.body as UpdateSessionRequest, signal);
    const outcome = await deleteChatSession(this.#http, entry.key, signal);
    if (outcome.kind === "ok") return { ...outcome, data: null };
    // What isn't there needs no deleting.
    if (outcome.kind === "refused" && outcome.refusal.code === "not_found")
      return { kind: "ok", data: null, etag: null };
    return outcome;
  }

  async applied([entry]: readonly FrozenEntry[], answer: Answer): Promise<void> {
    if (!entry || !answer) return;
    const row = await this.#db.chatSessions.get(entry.key);
    // Deleted here meanwhile: the answer must not bring it back.
    if (!row) return;
    const later = (await entriesOf(this.#db, SESSIONS, entry.key)).filter((other) => other.id !== entry.id);
    // Edits made while the request was under way are newer than its answer.
    const edited = later.flatMap((other) => other.fields);
    await this.#db.chatSessions.put({ ...answer, ...pick({ ...row }, edited) } as ChatSession);
  }

  refused(): ReadonlyMap<string, { code: string; reason: string }> {
    return new Map();
  }

  /** Of a deleted one, the delete itself remembers it. */
  async title({ key, base }: OutboxEntry): Promise<string | undefined> {
    const title = (await this.#db.chatSessions.get(key))?.title ?? base.title;
    return typeof title === "string" ? title : undefined;
  }

  async undo(entry: OutboxEntry): Promise<void> {
    const db = this.#db;
    if (entry.op === "create") {
      // The server doesn't have it, so nothing that belongs to it can ever be sent.
      await removeRows(db, entry.key);
      await db.syncQueue.where("lane").equals(messageLane(entry.key)).delete();
      await db.syncQueue.where("[collection+key]").equals([SESSIONS, entry.key]).delete();
    } else if (entry.op === "update") {
      const row = await db.chatSessions.get(entry.key);
      if (!row) return;
      const edited = (await entriesOf(db, SESSIONS, entry.key)).flatMap((other) => other.fields);
      const back = entry.fields.filter((field) => !edited.includes(field));
      await db.chatSessions.put({ ...row, ...pick(entry.base, back) } as ChatSession);
    } else {
      // The rows are gone from this device; without the ETag the next refresh brings them again.
      const state = new AppState<UserState>(db.appState);
      const init = await state.get("sync.init");
      if (init) await state.set("sync.init", { ...init, etag: null });
    }
  }
}
