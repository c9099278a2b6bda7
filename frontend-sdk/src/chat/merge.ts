// Brings the server's rows into the local tables, inside the caller's transaction, without touching what is unsent.
// It knows nothing of where the rows came from.

import type { UserDatabase } from "../db/database";
import { pick } from "../outbox/enqueue";
import type { ChatMessage, ChatSession } from "../types";
import { SESSIONS } from "./lanes";

/** Sessions as the server has them. Members with an unsent edit keep it; a session with an unsent delete stays away; an older revision changes nothing. */
export async function mergeSessions(db: UserDatabase, sessions: readonly ChatSession[]): Promise<void> {
  const entries = await db.syncQueue
    .where("[collection+key]")
    .anyOf(sessions.map((session) => [SESSIONS, session.id]))
    .toArray();
  const rows = await db.chatSessions.bulkGet(sessions.map((session) => session.id));
  const merged = sessions.flatMap((session, index): ChatSession[] => {
    const row = rows[index];
    const waiting = entries.filter((entry) => entry.key === session.id);
    if (waiting.some((entry) => entry.op === "delete")) return [];
    if (row && row.revision > session.revision) return [];
    const edited = row
      ? pick(
          { ...row },
          waiting.flatMap((entry) => entry.fields),
        )
      : {};
    return [{ ...session, ...edited } as ChatSession];
  });
  await db.chatSessions.bulkPut(merged);
}

/**
 * Messages as the server has them, of one session. A message whose temporary row is still here is left to the answer of its own request,
 * which replaces the row and the entry together. Nothing is stored for a session that was deleted here.
 */
export async function mergeMessages(
  db: UserDatabase,
  sessionId: string,
  messages: readonly ChatMessage[],
): Promise<void> {
  if (!(await db.chatSessions.get(sessionId))) return;
  const temporary = await db.chatMessages.bulkGet(messages.map((message) => message.tempId ?? ""));
  await db.chatMessages.bulkPut(messages.filter((_message, index) => temporary[index] === undefined));
}
