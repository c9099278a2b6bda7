// What the screen shows of chat: rows joined with where they stand in the queue. Queries for Dexie's liveQuery, which runs them again
// when something that they read changes, in whichever tab.

import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { SESSIONS } from "../rows/definition";
import { rowSync } from "../rows/row-sync";
import { entriesIn, groupByKey } from "../rows/state";
import type { ChatMessageRow, ChatSessionRow } from "../types";
import { messageLane } from "./lanes";
import { rowsBetween, shownFrom } from "./older";
import type { View } from "./views";

/** Sessions, newest first. */
export async function querySessions(db: UserDatabase): Promise<ChatSessionRow[]> {
  const rows = await db.chatSessions.orderBy("updatedAt").reverse().toArray();
  const byKey = groupByKey(await entriesIn(db, SESSIONS));
  const failed = await db.syncQueue.where("status").equals("failed").toArray();
  const failedIn = (id: string) => failed.filter(({ lane }) => lane === messageLane(id)).length;
  return rows.map(({ gone: _gone, ...row }) => ({
    ...row,
    sync: rowSync(byKey.get(row.id)),
    failedMessages: failedIn(row.id),
  }));
}

/** The part of a session's messages that is in view, in order, unsent ones last. A long session is read as fast as a short one. */
export async function queryMessages(db: UserDatabase, sessionId: string, view: View): Promise<ChatMessageRow[]> {
  const rows = await rowsBetween(db, sessionId, await shownFrom(db, sessionId, view)).toArray();
  const entries = await db.syncQueue.where("lane").equals(messageLane(sessionId)).toArray();
  const byKey = groupByKey(entries);
  const blocked = await blockedReason(db, sessionId, entries);
  return rows.map((row) => ({ ...row, sync: rowSync(byKey.get(row.id), blocked) }));
}

/** Messages whose session couldn't be created wait for that, and people should see it. */
async function blockedReason(
  db: UserDatabase,
  sessionId: string,
  entries: readonly OutboxEntry[],
): Promise<string | undefined> {
  if (entries.length === 0) return undefined;
  const ofSession = await db.syncQueue.where("[collection+key]").equals([SESSIONS, sessionId]).toArray();
  const create = ofSession.find((entry) => entry.create);
  return create?.status === "failed"
    ? `Waits for its chat, which is not saved: ${create.error?.reason ?? ""}`
    : undefined;
}

/** Keeps the objects of rows that look the same, so that a list on screen draws only what changed. */
export function keepUnchanged<R extends { id: string }>(
  before: readonly R[] | undefined,
  after: R[],
  looksOf: (row: R) => string,
): R[] {
  const known = new Map(before?.map((row) => [row.id, row]));
  return after.map((row) => {
    const old = known.get(row.id);
    return old && looksOf(old) === looksOf(row) ? old : row;
  });
}

export function looksOfSession(row: ChatSessionRow): string {
  return JSON.stringify(row);
}

/** A message's text never changes under one id, and may be long. */
export function looksOfMessage({ position, revision, sync }: ChatMessageRow): string {
  return JSON.stringify([position, revision, sync]);
}

/** The entries of a row, by its key; none for a row that is synced, `null` for one that this device doesn't know. */
export async function findEntries(db: UserDatabase, key: string): Promise<OutboxEntry[] | null> {
  const entries = await db.syncQueue.where("key").equals(key).sortBy("order");
  if (entries.length > 0) return entries;
  const known =
    (await db.syncRows.filter((state) => state.key === key && !state.deleted).first()) ??
    (await db.chatMessages.get(key));
  // A message that was sent has left its temporary key behind.
  return known || (await db.chatMessages.filter(({ tempId }) => tempId === key).first()) ? [] : null;
}
