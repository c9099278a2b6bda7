// What the screen shows of chat: rows with their sync states. Queries for Dexie's liveQuery.

import { entriesIn, groupByKey } from "../../store/row-state";
import { rowSync } from "../../store/row-sync";
import type { UserDatabase } from "../../store/synced-kind";
import type { OutboxEntry } from "../../store/tables";
import type { ChatMessageRow, ChatSessionRow } from "../../types/chat";
import { messagesBetween, shownFrom } from "./older";
import type { View } from "./open-views";
import { messageGroup, SESSIONS, sessionsIn } from "./tables";

/** The last updated first. */
export async function querySessions(db: UserDatabase): Promise<ChatSessionRow[]> {
  const rows = await sessionsIn(db).orderBy("updatedAt").reverse().toArray();
  const byKey = groupByKey(await entriesIn(db, SESSIONS));
  const failed = await db.syncQueue.where("status").equals("failed").toArray();
  const failedIn = (id: string) => failed.filter(({ batchGroup }) => batchGroup === messageGroup(id)).length;
  return rows.map(({ gone: _gone, ...row }) => ({
    ...row,
    sync: rowSync(byKey.get(row.id)),
    failedMessages: failedIn(row.id),
  }));
}

/** The part of a session's messages that is in view, in order, unsent ones last. The cost doesn't grow with the session. */
export async function queryMessages(db: UserDatabase, sessionId: string, view: View): Promise<ChatMessageRow[]> {
  const rows = await messagesBetween(db, sessionId, await shownFrom(db, sessionId, view)).toArray();
  const entries = await db.syncQueue.where("batchGroup").equals(messageGroup(sessionId)).toArray();
  const byKey = groupByKey(entries);
  const blocked = await blockedReason(db, sessionId, entries);
  return rows.map((row) => ({ ...row, sync: rowSync(byKey.get(row.id), blocked) }));
}

/** The reason shown for messages whose session failed to be created. */
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

export function fingerprintOfSession(row: ChatSessionRow): string {
  return JSON.stringify(row);
}

/** Without the content, which may be long and never changes under one id. */
export function fingerprintOfMessage({ position, revision, sync }: ChatMessageRow): string {
  return JSON.stringify([position, revision, sync]);
}
