// Writes a message locally, inside the caller's transaction: the row, its entry and the session's time of update. Loaded on demand (kinds/edits.ts).

import { QUIET_MS } from "../../outbox/backoff";
import { enqueue, nextOrder } from "../../outbox/enqueue";
import { localOnlyOf } from "../../store/local-only";
import type { SyncedKind, UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import type { ChatMessage, NewChatMessage } from "../../types/chat";
import { toIso } from "../../util/clock";
import { newTempId } from "../../util/ids";
import { requireSession } from "./session-writes";
import { sessionsIn } from "./tables";

/**
 * The positions of unsent messages begin here. The server's positions are version * 2^20 + index and stay below 2^52 for the first four thousand
 * million writes of a user. So unsent messages sort last in the index [sessionId+position], and both fit into the 2^53 of a JavaScript integer.
 */
export const UNSENT_POSITION = 2 ** 52;

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

/** Stores an unsent message behind all others and queues it. Returns it with its position. Inside the caller's transaction. `now` and `notBefore` are RFC 3339 UTC. */
export async function addMessage(
  db: UserDatabase,
  kind: SyncedKind,
  message: Row,
  times: { now: string; notBefore?: string },
): Promise<Row> {
  const order = await nextOrder(db);
  const row = { ...message, id: String(message.id), position: UNSENT_POSITION + order };
  await db.rows(kind).put(row);
  const localOnly = await localOnlyOf(db, kind, undefined);
  if (localOnly) await db.syncRows.put({ collection: kind.name, key: row.id, revision: 0, localOnly });
  else await enqueue(db, kind, { key: row.id, op: "put", create: true, row, order, ...times });
  return row;
}
