// Local writes of chat sessions, inside the caller's transaction. `now` is RFC 3339 UTC. Loaded on demand (kinds/edits.ts).

import { LandfallError } from "../../errors";
import { putRow } from "../../outbox/write";
import type { SyncedKind, UserDatabase } from "../../store/synced-kind";
import type { ChatSession, NewChatSession } from "../../types/chat";
import { newId } from "../../util/ids";
import { type StoredSession, sessionsIn } from "./tables";

/** `input` is checked. */
export async function createSession(
  db: UserDatabase,
  kind: SyncedKind,
  input: Required<NewChatSession>,
  now: string,
): Promise<ChatSession> {
  const session: ChatSession = { id: newId(), ...input, revision: 0, createdAt: now, updatedAt: now };
  await putRow(db, kind, { ...session }, now);
  return session;
}

/** Throws LandfallError `not_found`. */
export async function requireSession(db: UserDatabase, id: string): Promise<StoredSession> {
  const session = await sessionsIn(db).get(id);
  if (!session) throw new LandfallError("not_found", "There is no such chat session on this device.");
  return session;
}
