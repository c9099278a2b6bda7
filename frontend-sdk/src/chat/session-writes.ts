// Local writes of chat sessions: each is one transaction that changes the row and the queue together. Nothing here waits for the network.

import { type Clock, toIso } from "../clock";
import type { SessionRow, UserDatabase } from "../db/database";
import { guardStorage } from "../db/storage-errors";
import { LandfallError } from "../errors";
import { newId } from "../ids";
import { dropUnsentMessages } from "../outbox/by-hand";
import { type Definition, SESSIONS } from "../rows/definition";
import { deleteRow, putRow } from "../rows/write";
import type { ChatSession, NewChatSession } from "../types";
import { checkNewSession, checkTitle } from "./check";

export async function createSession(db: UserDatabase, clock: Clock, input: NewChatSession): Promise<ChatSession> {
  const checked = checkNewSession(input);
  const now = toIso(clock.now());
  const session: ChatSession = { id: newId(), ...checked, revision: 0, createdAt: now, updatedAt: now };
  await write(db, (definition) => putRow(db, definition, { ...session }, now));
  return session;
}

export async function renameSession(db: UserDatabase, clock: Clock, id: string, newTitle: string): Promise<void> {
  const title = checkTitle(newTitle);
  const now = toIso(clock.now());
  await write(db, async (definition) => {
    const before = await requireSession(db, id);
    if (before.title !== title) await putRow(db, definition, { ...before, title, updatedAt: now }, now);
  });
}

/** Deletes a session and its messages here, and at the server if the server may know it. */
export async function deleteSession(db: UserDatabase, clock: Clock, id: string): Promise<void> {
  await write(db, async (definition) => {
    await deleteRow(db, definition, id, toIso(clock.now()));
    await dropUnsentMessages(db, id);
  });
}

/** In a transaction. */
export async function requireSession(db: UserDatabase, id: string): Promise<SessionRow> {
  const session = await db.chatSessions.get(id);
  if (!session) throw new LandfallError("not_found", "There is no such chat session on this device.");
  return session;
}

function write(db: UserDatabase, work: (definition: Definition) => Promise<void>): Promise<void> {
  const definition = db.definitions.get(SESSIONS) as Definition;
  return guardStorage(() => db.transaction("rw", db.tables, async () => work(definition)));
}
