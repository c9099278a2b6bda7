// Local writes of chat sessions: each is one transaction that changes the row and the queue together. Nothing here waits for the network.

import { type Clock, toIso } from "../clock";
import { deleteWindow, writeWindow } from "../db/app-state";
import type { SessionRow, UserDatabase } from "../db/database";
import { guardStorage } from "../db/storage-errors";
import { LandfallError } from "../errors";
import { newId } from "../ids";
import { enqueue, enqueueUpdate, entriesOf, nextOrder } from "../outbox/enqueue";
import type { ChatSession, NewChatSession } from "../types";
import { checkNewSession, checkTitle } from "./check";
import { messageLane, SESSIONS, sessionLane } from "./lanes";

export async function createSession(db: UserDatabase, clock: Clock, input: NewChatSession): Promise<ChatSession> {
  const checked = checkNewSession(input);
  const now = toIso(clock.now());
  const session: ChatSession = { id: newId(), ...checked, revision: 0, createdAt: now, updatedAt: now };
  await guardStorage(() =>
    db.transaction("rw", [db.chatSessions, db.syncQueue, db.appState], async () => {
      await db.chatSessions.add(session);
      // Made here, so nothing of it can be missing here.
      await writeWindow(db.appState, session.id, { floor: 0, ceiling: 0 });
      const order = await nextOrder(db);
      await enqueue(db, {
        collection: SESSIONS,
        key: session.id,
        op: "create",
        lane: sessionLane(session.id),
        order,
        now,
        payload: checked,
      });
    }),
  );
  return session;
}

export async function renameSession(db: UserDatabase, clock: Clock, id: string, newTitle: string): Promise<void> {
  const title = checkTitle(newTitle);
  const now = toIso(clock.now());
  await guardStorage(() =>
    db.transaction("rw", [db.chatSessions, db.syncQueue, db.appState], async () => {
      const before = await requireSession(db, id);
      if (before.title === title) return;
      const after = { ...before, title, updatedAt: now };
      await db.chatSessions.put(after);
      const order = await nextOrder(db);
      const write = {
        collection: SESSIONS,
        key: id,
        lane: sessionLane(id),
        order,
        now,
        fields: ["title"],
        base: { title: before.title },
      };
      await enqueueUpdate(db, write, { ...after });
    }),
  );
}

/**
 * Deletes a session and its messages here, and at the server if the server may know it. Its unsent messages and edits are dropped, since
 * deleting takes them along anyway. A create that was frozen may have arrived: it stays, and the delete waits for its answer, so that a
 * late create can't bring the session back.
 */
export async function deleteSession(db: UserDatabase, clock: Clock, id: string): Promise<void> {
  const now = toIso(clock.now());
  await guardStorage(() =>
    db.transaction("rw", [db.chatSessions, db.chatMessages, db.syncQueue, db.appState], async () => {
      const row = await db.chatSessions.get(id);
      if (!row) return;
      await removeRows(db, id);
      await db.syncQueue.where("lane").equals(messageLane(id)).delete();
      const entries = await entriesOf(db, SESSIONS, id);
      const create = entries.find((entry) => entry.op === "create");
      const sent = create?.requestId ? create : null;
      await db.syncQueue.bulkDelete(entries.filter((entry) => entry !== sent).map((entry) => entry.id));
      if (create && !sent) return;
      // Given up or not: the delete needs its answer.
      if (sent?.status === "failed") await db.syncQueue.update(sent.id, { status: "pending", nextRetryAt: null });
      const order = await nextOrder(db);
      await enqueue(db, {
        collection: SESSIONS,
        key: id,
        op: "delete",
        lane: sessionLane(id),
        order,
        now,
        base: { title: row.title },
        payload: null,
      });
    }),
  );
}

/** In a transaction: the session's row, its messages and its window. */
export async function removeRows(db: UserDatabase, sessionId: string): Promise<void> {
  await db.chatSessions.delete(sessionId);
  await db.chatMessages.where("sessionId").equals(sessionId).delete();
  await deleteWindow(db.appState, sessionId);
}

/** In a transaction. */
export async function requireSession(db: UserDatabase, id: string): Promise<SessionRow> {
  const session = await db.chatSessions.get(id);
  if (!session) throw new LandfallError("not_found", "There is no such chat session on this device.");
  return session;
}
