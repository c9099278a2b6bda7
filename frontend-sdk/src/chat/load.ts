// Fetches messages of one session: the newest when it is opened, older ones on demand, and what lies between two visits.
// It knows the window's rules and the route; when to load is decided by whoever calls.

import type { Http } from "../api/http";
import { errorOf, type Outcome } from "../api/outcome";
import { fetchMessages } from "../api/requests";
import type { MessagePage } from "../api/types";
import { type MessageWindow, readWindow, writeWindow } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import { OfflineError } from "../errors";
import type { LoadOlderResult } from "../types";
import { messageLane, SESSIONS } from "./lanes";
import { mergeMessages } from "./merge";
import { type Page, withNewer, withNewest, withOlder } from "./window";

const PAGE = 50;
/** The server's largest page. */
const LARGE_PAGE = 200;
/** A longer absence than so many large pages is not filled at once: the window starts anew at the end, and scrolling back loads the rest. */
const MAX_FILL_PAGES = 5;

/** Asks in the user's name, and keeps connectivity and sign-in up to date with what the answer says about them. */
export type Ask = <T>(request: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;

export class MessageLoader {
  readonly #db: UserDatabase;
  readonly #http: Http;
  readonly #ask: Ask;

  constructor(db: UserDatabase, http: Http, ask: Ask) {
    this.#db = db;
    this.#http = http;
    this.#ask = ask;
  }

  /** The newest messages, joined to what is here. Gives up silently without an answer: the local rows are shown anyway. */
  async loadNewest(sessionId: string): Promise<void> {
    const newest = await this.#fetch(sessionId, { limit: PAGE });
    if (newest.kind === "refused" && newest.refusal.code === "not_found") await this.#markGone(sessionId);
    if (newest.kind !== "ok") return;
    if (await this.#join(sessionId, newest.data)) return;
    for (let pages = 0; pages < MAX_FILL_PAGES; pages += 1) {
      const from = (await readWindow(this.#db.appState, sessionId))?.ceiling ?? 0;
      const newer = await this.#fetch(sessionId, { after: from, limit: LARGE_PAGE });
      if (newer.kind !== "ok") return;
      await this.#store(sessionId, newer.data, (window, page) => window && withNewer(window, page));
      if (await this.#join(sessionId, newest.data)) return;
    }
    await this.#store(sessionId, newest.data, (_window, page) => withNewest(undefined, page));
  }

  /** The page before the oldest message shown. */
  async loadOlder(sessionId: string): Promise<LoadOlderResult> {
    let window = await readWindow(this.#db.appState, sessionId);
    if (!window) {
      await this.loadNewest(sessionId);
      window = await readWindow(this.#db.appState, sessionId);
      if (!window) throw new OfflineError();
    }
    if (window.floor === 0) return { loaded: 0, hasMore: false };
    const outcome = await this.#fetch(sessionId, { before: window.floor, limit: PAGE });
    if (outcome.kind !== "ok") throw errorOf(outcome);
    await this.#store(sessionId, outcome.data, (current, page) => current && withOlder(current, page));
    return { loaded: outcome.data.messages.length, hasMore: outcome.data.nextCursor !== null };
  }

  #fetch(sessionId: string, page: { before?: number; after?: number; limit: number }): Promise<Outcome<MessagePage>> {
    return this.#ask(() => fetchMessages(this.#http, sessionId, page));
  }

  /** Stores the newest page if it joins what is here; tells whether it did. */
  async #join(sessionId: string, list: MessagePage): Promise<boolean> {
    return this.#store(sessionId, list, withNewest);
  }

  async #store(
    sessionId: string,
    list: MessagePage,
    move: (window: MessageWindow | undefined, page: Page) => MessageWindow | null | undefined,
  ): Promise<boolean> {
    const db = this.#db;
    return db.transaction("rw", [db.chatSessions, db.chatMessages, db.appState], async () => {
      const window = move(await readWindow(db.appState, sessionId), pageOf(list.messages, list.nextCursor !== null));
      if (!window) return false;
      await mergeMessages(db, sessionId, list.messages);
      await writeWindow(db.appState, sessionId, window);
      return true;
    });
  }

  /** The server has no such session (deleted on another device). It is hidden, not thrown away, unless something unsent belongs to it. */
  async #markGone(sessionId: string): Promise<void> {
    const db = this.#db;
    await db.transaction("rw", [db.chatSessions, db.syncQueue], async () => {
      const own = await db.syncQueue.where("[collection+key]").equals([SESSIONS, sessionId]).count();
      const messages = await db.syncQueue.where("lane").equals(messageLane(sessionId)).count();
      if (own + messages === 0) await db.chatSessions.update(sessionId, { gone: true });
    });
  }
}

/** The part of an answer that the window needs. */
export function pageOf(messages: readonly { position: number }[], hasMore: boolean): Page {
  return { positions: messages.map((message) => message.position), hasMore };
}
