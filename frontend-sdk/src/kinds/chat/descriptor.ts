// The descriptors of chat sessions and chat messages.

import { enqueue, nextOrder } from "../../outbox/enqueue";
import { localOnlyOf } from "../../store/local-only";
import { KIND_DEFAULTS, type SyncedKind, type UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import { MESSAGES, messageGroup, messagesIn, SESSIONS, sessionsIn } from "./tables";

/** So many waiting messages of a session are sent without waiting for the quiet period. */
const FLUSH_AT = 15;

/**
 * The positions of unsent messages begin here. The server's positions are version * 2^20 + index and stay below 2^52 for the first four thousand
 * million writes of a user. So unsent messages sort last in the index [sessionId+position], and both fit into the 2^53 of a JavaScript integer.
 */
export const UNSENT_POSITION = 2 ** 52;

export const sessionKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: SESSIONS,
  table: SESSIONS,
  conflictPolicy: "merge",
  references: [{ member: "projectId", collection: "projects", required: false, onDelete: "unlink" }],
  serverMembers: ["revision", "createdAt", "updatedAt", "gone"],
  // The server refuses every write to a deleted session.
  remoteDeleteWins: true,

  toBody: ({ title, projectId, metadata }) => ({ title, projectId, metadata }),
  titleOf: ({ title }) => title,
  rowsInSnapshot: ({ sessions }) => sessions,

  /** Sent messages go with their session. A session with unsent messages stays visible until those are discarded. */
  async onRemoteDelete(db, key, local) {
    const unsent = await db.syncQueue.where("batchGroup").equals(messageGroup(key)).toArray();
    // A message that is offered again after a restore has a revision, and is unsent all the same.
    const waits = new Set(unsent.map((entry) => entry.key));
    await messagesIn(db)
      .where("sessionId")
      .equals(key)
      .and(({ id, revision }) => revision > 0 && !waits.has(id))
      .delete();
    return local && unsent.length > 0 ? { ...local, gone: true } : null;
  },
};

export const messageKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: MESSAGES,
  table: MESSAGES,
  conflictPolicy: "server-wins",
  references: [{ member: "sessionId", collection: SESSIONS, required: true, onDelete: "unsent" }],
  serverMembers: ["position", "revision"],
  immutable: true,
  flushAt: FLUSH_AT,

  toBody({ tempId, sessionId, role, content, createdAt, metadata }) {
    return { ...(tempId ? { tempId } : {}), sessionId, role, content, createdAt, ...(metadata ? { metadata } : {}) };
  },
  batchGroup: ({ sessionId }) => messageGroup(String(sessionId)),
  titleOf: ({ content }) => content,
  temporaryKeyOf: ({ tempId }) => tempId as string | null | undefined,
  rowsInSnapshot: ({ messages }) => messages,

  /** The last unsent message of a session that was deleted elsewhere takes the session with it. */
  async onDiscarded(db, { sessionId }) {
    const session = await sessionsIn(db).get(String(sessionId));
    if (session?.gone && (await countUnsent(db, session.id)) === 0) await sessionsIn(db).delete(session.id);
  },

  claim: {
    // After their sessions, in the order of writing.
    order: 1,
    compare: (one, other) => Number(one.position) - Number(other.position),
    async put(db, kind, row, now) {
      await addMessage(db, kind, row, { now });
    },
  },
};

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

async function countUnsent(db: UserDatabase, sessionId: string): Promise<number> {
  return db.syncQueue.where("batchGroup").equals(messageGroup(sessionId)).count();
}
