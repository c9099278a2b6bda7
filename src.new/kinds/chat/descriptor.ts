// The descriptors of chat sessions and chat messages.

import { KIND_DEFAULTS, type SyncedKind, type UserDatabase } from "../../store/synced-kind";
import { givenEdits } from "../edits-on-demand";
import { MESSAGES, messageGroup, messagesIn, SESSIONS, sessionsIn } from "./tables";

/** So many waiting messages of a session are sent without waiting for the quiet period. */
const FLUSH_AT = 15;

export const sessionKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: SESSIONS,
  table: SESSIONS,
  conflictPolicy: "merge",
  references: [{ member: "projectId", collection: "projects", required: false, onDelete: "unlink" }],
  serverMembers: ["revision", "createdAt", "updatedAt", "gone"],
  versioned: "puts",
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
    // A claim has loaded the code before its transaction.
    async put(db, kind, row, now) {
      await givenEdits().addMessage(db, kind, row, { now });
    },
  },
};

async function countUnsent(db: UserDatabase, sessionId: string): Promise<number> {
  return db.syncQueue.where("batchGroup").equals(messageGroup(sessionId)).count();
}
