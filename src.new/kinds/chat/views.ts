// What the screen shows of chat: rows with their sync states. Queries for Dexie's liveQuery.

import { entriesIn, groupByKey } from "../../store/entries";
import { type OfProject, rowsOfProject } from "../../store/of-project";
import { rowSync } from "../../store/row-sync";
import type { UserDatabase } from "../../store/synced-kind";
import type { OutboxEntry } from "../../store/tables";
import type { ChatMessageRow, ChatSessionRow } from "../../types/chat";
import type { RowSync } from "../../types/rows";
import type { View } from "./open-views";
import { messageGroup, SESSIONS, sessionsIn } from "./tables";
import { messagesBetween, shownFrom } from "./view-range";

/** The last updated first. */
export async function querySessions(db: UserDatabase, only: OfProject): Promise<ChatSessionRow[]> {
  const rows = await rowsOfProject(sessionsIn(db), only, "updatedAt");
  const byKey = groupByKey(await entriesIn(db, SESSIONS));
  const unsent = await countsByGroup(db);
  return rows.map(({ gone: _gone, ...row }) => {
    const { failed = 0, waiting = 0 } = unsent.get(messageGroup(row.id)) ?? {};
    const sync = withMessages(rowSync(byKey.get(row.id)), failed, waiting);
    return { ...row, sync, unsentMessages: waiting, failedMessages: failed };
  });
}

/** How many entries of each batch group failed, and how many others wait. The cost grows with the groups and the failed entries. */
async function countsByGroup(db: UserDatabase): Promise<Map<string, { failed: number; waiting: number }>> {
  const counts = new Map<string, { failed: number; waiting: number }>();
  for (const group of (await db.syncQueue.orderBy("batchGroup").uniqueKeys()) as string[]) {
    const all = await db.syncQueue.where("batchGroup").equals(group).count();
    counts.set(group, { failed: 0, waiting: all });
  }
  for (const { batchGroup } of await db.syncQueue.where("status").equals("failed").toArray()) {
    const count = counts.get(batchGroup);
    if (!count) continue;
    count.failed += 1;
    count.waiting -= 1;
  }
  return counts;
}

/** The state of a session with its messages: what needs the user first, then what waits. */
function withMessages(own: RowSync, failed: number, waiting: number): RowSync {
  const needsUser = own.state === "failed" || own.state === "conflict";
  if (failed > 0 && !needsUser) return { state: "failed", reason: `${messages(failed)} could not be sent.` };
  if (waiting > 0 && own.state === "synced")
    return { state: "saved", reason: `${messages(waiting)} still to be sent.` };
  return own;
}

function messages(count: number): string {
  return count === 1 ? "One message" : `${count} messages`;
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
