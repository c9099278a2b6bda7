// What may happen to chats: sessions, and messages that are stored once however often they are sent.

import { invalid, Refusal } from "./refusal";
import { type MessageRow, type SessionRow, sameJson, type Write } from "./space";

/** How far a version is shifted in a position. */
const PLACES_OF_A_VERSION = 2 ** 20;

export type SessionContent = Pick<SessionRow, "title" | "projectId" | "metadata">;

/** A message as it is sent, under the name that the device gave it. */
export interface SentMessage extends Pick<MessageRow, "sessionId" | "role" | "content" | "metadata" | "createdAt"> {
  /** Set where the device chose a UUID. */
  id: string | null;
  tempId: string | null;
}

export function putSession(write: Write, id: string, content: SessionContent): SessionRow {
  const stored = write.space.sessions.get(id);
  if (!stored) {
    if (write.space.sweptSessions.has(id)) throw sessionDeleted("/id");
    const row = {
      id,
      ...outsideDeletedProject(write, content),
      revision: write.stamp,
      createdAt: write.now,
      updatedAt: write.now,
    };
    write.space.sessions.set(id, row);
    write.changed = true;
    return row;
  }
  if (stored.deletedAt) throw sessionDeleted("/id");
  const next = outsideDeletedProject(write, content);
  const same =
    stored.title === next.title && stored.projectId === next.projectId && sameJson(stored.metadata, next.metadata);
  if (!same) touch(write, Object.assign(stored, next));
  return stored;
}

/** The tombstone; a session that is one already stays as it is. */
export function deleteSession(write: Write, id: string): SessionRow {
  const stored = write.space.sessions.get(id);
  if (!stored) throw new Refusal("not_found");
  if (stored.deletedAt) return stored;
  touch(write, stored);
  stored.deletedAt = write.now;
  for (const message of write.space.messages.values()) {
    if (message.sessionId !== id || message.deletedAt) continue;
    message.deletedAt = write.now;
    message.revision = write.stamp;
  }
  return stored;
}

/** Where the message stands: stored by this write, or by an earlier one. */
export function putMessage(write: Write, sent: SentMessage, pointer: string): MessageRow {
  const known = findRepeated(write, sent, pointer);
  if (known) {
    // It has a place in the batch all the same.
    write.messages += 1;
    return known;
  }
  const session = write.space.sessions.get(sent.sessionId);
  if (!session && write.space.sweptSessions.has(sent.sessionId)) throw sessionDeleted(`${pointer}/sessionId`);
  if (!session) throw invalid(`${pointer}/sessionId`, "unknown_session");
  if (session.deletedAt) throw sessionDeleted(`${pointer}/sessionId`);
  const { id, ...content } = sent;
  const row: MessageRow = {
    ...content,
    id: id ?? write.newId(),
    position: write.stamp * PLACES_OF_A_VERSION + write.messages,
    revision: write.stamp,
  };
  write.messages += 1;
  write.space.messages.set(row.id, row);
  touch(write, session);
  return row;
}

/** The message where it is stored already; its name must not stand for another one. */
export function findRepeated(write: Write, sent: SentMessage, pointer: string): MessageRow | undefined {
  const known = findKnown(write, sent);
  if (known && !isSame(known, sent)) {
    throw new Refusal("id_conflict", [{ pointer, code: "id_conflict", detail: "in use" }]);
  }
  return known;
}

/** Takes living sessions out of projects that were deleted. */
export function leaveProjects(write: Write, projectIds: ReadonlySet<string>): void {
  for (const session of write.space.sessions.values()) {
    if (session.deletedAt || session.projectId === null || !projectIds.has(session.projectId)) continue;
    session.projectId = null;
    touch(write, session);
  }
}

/** A chat doesn't enter a project that was deleted. One that isn't known may be on its way. */
function outsideDeletedProject({ space }: Write, content: SessionContent): SessionContent {
  const project = content.projectId === null ? undefined : space.projects.get(content.projectId);
  return project?.deletedAt ? { ...content, projectId: null } : content;
}

function findKnown(write: Write, { id, tempId }: SentMessage): MessageRow | undefined {
  const { messages } = write.space;
  const byTempId = tempId === null ? undefined : [...messages.values()].find((row) => row.tempId === tempId);
  return byTempId ?? (id === null ? undefined : messages.get(id));
}

function isSame(stored: MessageRow, sent: SentMessage): boolean {
  return (
    stored.sessionId === sent.sessionId &&
    stored.role === sent.role &&
    stored.content === sent.content &&
    stored.createdAt === sent.createdAt &&
    stored.tempId === sent.tempId &&
    (sent.id === null || stored.id === sent.id) &&
    sameJson(stored.metadata, sent.metadata)
  );
}

function touch(write: Write, session: SessionRow): void {
  session.revision = write.stamp;
  session.updatedAt = write.now;
  write.changed = true;
}

function sessionDeleted(pointer: string): Refusal {
  return new Refusal("session_deleted", [{ pointer, code: "session_deleted", detail: "this session was deleted" }]);
}
