// Writes a message locally, inside the caller's transaction: the row, its entry and the session's time of update.

import { QUIET_MS } from "../../outbox/backoff";
import type { SyncedKind, UserDatabase } from "../../store/synced-kind";
import type { ChatMessage, NewChatMessage } from "../../types/chat";
import { toIso } from "../../util/clock";
import { newTempId } from "../../util/ids";
import { addMessage } from "./descriptor";
import { requireSession } from "./session-writes";
import { sessionsIn } from "./tables";

/** `message` is checked. `now` is RFC 3339 UTC. */
export async function sendMessage(
  db: UserDatabase,
  kind: SyncedKind,
  sessionId: string,
  message: Required<NewChatMessage>,
  now: string,
): Promise<ChatMessage> {
  const session = await requireSession(db, sessionId);
  const tempId = newTempId();
  const notBefore = toIso(Date.parse(now) + QUIET_MS);
  const row = { id: tempId, tempId, sessionId, ...message, createdAt: now, revision: 0 };
  const stored = await addMessage(db, kind, row, { now, notBefore });
  await sessionsIn(db).put({ ...session, updatedAt: now });
  return stored as unknown as ChatMessage;
}
