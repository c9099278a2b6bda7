// How queued messages travel: a batch per session, all or nothing. It knows the route and the rows, and nothing of retries.

import type { Http } from "../api/http";
import type { Outcome, Refusal } from "../api/outcome";
import { postMessageBatch } from "../api/requests";
import type { NewMessage, SendMessagesResponse } from "../api/types";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import type { FrozenEntry, Transport } from "../outbox/transport";
import { MESSAGES } from "./lanes";

/** The server takes 1 to 500 messages per request. */
const MAX_BATCH = 500;
/** So many are sent without waiting for the pause after typing. */
const FLUSH_AT = 15;

/** So much of a message stands for it in a list. */
const TITLE_CHARACTERS = 120;

/** Refusals that are about the session, so about every message of the batch. */
const ABOUT_SESSION = new Set(["session_deleted", "unknown_session"]);

export class MessageTransport implements Transport<SendMessagesResponse> {
  readonly collection = MESSAGES;
  readonly maxBatch = MAX_BATCH;
  readonly flushAt = FLUSH_AT;
  readonly #db: UserDatabase;
  readonly #http: Http;

  constructor(db: UserDatabase, http: Http) {
    this.#db = db;
    this.#http = http;
  }

  async body(entry: OutboxEntry): Promise<NewMessage | undefined> {
    const row = await this.#db.chatMessages.get(entry.key);
    if (!row) return undefined;
    const { sessionId, role, content, createdAt, metadata } = row;
    return { tempId: entry.key, sessionId, role, content, createdAt, ...(metadata && { metadata }) };
  }

  async send(entries: readonly FrozenEntry[], signal: AbortSignal): Promise<Outcome<SendMessagesResponse>> {
    const messages = entries.map((entry) => entry.body as NewMessage);
    const outcome = await postMessageBatch(this.#http, { messages }, signal);
    // The answer is in the order of the request. Should it ever not be, nothing may be written under a wrong id.
    const isOurs =
      outcome.kind !== "ok" || outcome.data.messages.every((message, index) => message.tempId === entries[index]?.key);
    return isOurs
      ? outcome
      : { kind: "fault", reason: "The server's answer doesn't match the messages that were sent." };
  }

  async applied(entries: readonly FrozenEntry[], answer: SendMessagesResponse): Promise<void> {
    const rows = await this.#db.chatMessages.bulkGet(entries.map((entry) => entry.key));
    // A row that is gone was deleted here meanwhile: the answer must not bring it back.
    const stored = answer.messages.filter((_message, index) => rows[index] !== undefined);
    await this.#db.chatMessages.bulkDelete(entries.map((entry) => entry.key));
    await this.#db.chatMessages.bulkPut(stored);
  }

  refused(entries: readonly FrozenEntry[], refusal: Refusal): ReadonlyMap<string, { code: string; reason: string }> {
    const aboutAll = [refusal, ...refusal.errors].find((error) => ABOUT_SESSION.has(error.code));
    if (aboutAll) {
      const why = { code: aboutAll.code, reason: refusal.reason };
      return new Map(entries.map((entry) => [entry.id, why]));
    }
    const named = new Map<string, { code: string; reason: string }>();
    for (const error of refusal.errors) {
      const index = /^\/messages\/(\d+)(\/|$)/.exec(error.pointer)?.[1];
      const entry = index === undefined ? undefined : entries[Number(index)];
      // The stable code is the problem's, unless that only says "something in here is wrong".
      const code = refusal.code === "validation_failed" ? error.code : refusal.code;
      if (entry && !named.has(entry.id)) named.set(entry.id, { code, reason: error.detail || refusal.reason });
    }
    return named;
  }

  /** How it begins. */
  async title(entry: OutboxEntry): Promise<string | undefined> {
    const row = await this.#db.chatMessages.get(entry.key);
    return row && beginning(row.content);
  }

  async undo(entry: OutboxEntry): Promise<void> {
    await this.#db.chatMessages.delete(entry.key);
  }
}

/** By characters, never through the middle of one. */
function beginning(text: string): string {
  return [...text.slice(0, 2 * TITLE_CHARACTERS)].slice(0, TITLE_CHARACTERS).join("");
}
