// Writes of chat sessions and messages. A message is stored once however often it is sent.

import { ApiError, CONFLICT, invalid } from "./api-error";
import { type MessageRow, type SessionRow, sameJson, type Write } from "./user-data";

/** The factor of the version in a position. */
const PLACES_OF_A_VERSION = 2 ** 20;

export type SessionContent = Pick<SessionRow, "title" | "projectId" | "metadata">;

/** A message as a device sends it. */
export interface SentMessage extends Pick<MessageRow, "sessionId" | "role" | "content" | "metadata" | "createdAt"> {
  /** Set if the device chose a UUID. */
  id: string | null;
  tempId: string | null;
}

/** Puts a session that was made from revision `base`; `undefined`: whatever is stored. */
export function pushSession(
  write: Write,
  id: string,
  content: SessionContent,
  base: number | undefined,
): SessionRow | typeof CONFLICT {
  const stored = write.userData.sessions.get(id);
  const isLost = !stored && base !== undefined && base > 0 && !write.userData.expiredSessions.has(id);
  const isBehind =
    stored && !stored.deletedAt && base !== undefined && (base < stored.contentRevision || base > stored.revision);
  return isLost || isBehind ? CONFLICT : putSession(write, id, content, "/key");
}

/** `pointer` is that of the id in the request. */
export function putSession(write: Write, id: string, content: SessionContent, pointer: string): SessionRow {
  const stored = write.userData.sessions.get(id);
  if (!stored) {
    if (write.userData.expiredSessions.has(id)) throw sessionDeleted(pointer);
    const row = {
      id,
      ...withoutDeletedProject(write, content),
      revision: 1,
      contentRevision: 1,
      version: write.stamp,
      createdAt: write.now,
      updatedAt: write.now,
    };
    write.userData.sessions.set(id, row);
    write.changed = true;
    return row;
  }
  if (stored.deletedAt) throw sessionDeleted(pointer);
  const next = withoutDeletedProject(write, content);
  const same =
    stored.title === next.title && stored.projectId === next.projectId && sameJson(stored.metadata, next.metadata);
  if (!same) touchContent(write, Object.assign(stored, next));
  return stored;
}

/** Soft-deletes the session and its messages. A tombstone stays as it is. */
export function deleteSession(write: Write, id: string): SessionRow {
  const stored = write.userData.sessions.get(id);
  if (!stored) throw new ApiError("not_found");
  if (stored.deletedAt) return stored;
  touch(write, stored);
  stored.deletedAt = write.now;
  for (const message of write.userData.messages.values()) {
    if (message.sessionId !== id || message.deletedAt) continue;
    message.deletedAt = write.now;
    message.revision = 2;
    message.version = write.stamp;
  }
  return stored;
}

/** Stores the message, or returns it if it is stored already. `namePointer` is that of its id or temporary id. */
export function putMessage(write: Write, sent: SentMessage, pointer: string, namePointer = pointer): MessageRow {
  const known = findRepeated(write, sent, namePointer);
  if (known) {
    // A repeated message also uses an index of the batch.
    write.messages += 1;
    return known;
  }
  const session = write.userData.sessions.get(sent.sessionId);
  if (!session && write.userData.expiredSessions.has(sent.sessionId)) throw sessionDeleted(`${pointer}/sessionId`);
  if (!session) throw invalid(`${pointer}/sessionId`, "unknown_session");
  if (session.deletedAt) throw sessionDeleted(`${pointer}/sessionId`);
  const { id, ...content } = sent;
  const row: MessageRow = {
    ...content,
    id: id ?? write.newId(),
    position: write.stamp * PLACES_OF_A_VERSION + write.messages,
    revision: 1,
    version: write.stamp,
  };
  write.messages += 1;
  write.userData.messages.set(row.id, row);
  if (session.version !== write.stamp) touch(write, session);
  write.changed = true;
  return row;
}

/** The stored message with this name, if any. Throws `id_conflict` if it differs from `sent`. */
export function findRepeated(write: Write, sent: SentMessage, pointer: string): MessageRow | undefined {
  const known = findKnown(write, sent);
  if (known && !isSame(known, sent)) {
    throw new ApiError("id_conflict", [{ pointer, code: "id_conflict", detail: "in use" }]);
  }
  return known;
}

/** Removes living sessions from deleted projects. */
export function unlinkProjects(write: Write, projectIds: ReadonlySet<string>): void {
  for (const session of write.userData.sessions.values()) {
    if (session.deletedAt || session.projectId === null || !projectIds.has(session.projectId)) continue;
    session.projectId = null;
    touchContent(write, session);
  }
}

/** Clears the link to a deleted project. An unknown project is allowed, because it may arrive later. */
function withoutDeletedProject({ userData }: Write, content: SessionContent): SessionContent {
  const project = content.projectId === null ? undefined : userData.projects.get(content.projectId);
  return project?.deletedAt ? { ...content, projectId: null } : content;
}

function findKnown(write: Write, { id, tempId }: SentMessage): MessageRow | undefined {
  const { messages } = write.userData;
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

function touchContent(write: Write, session: SessionRow): void {
  touch(write, session);
  session.contentRevision = session.revision;
}

function touch(write: Write, session: SessionRow): void {
  session.revision += 1;
  session.version = write.stamp;
  session.updatedAt = write.now;
  write.changed = true;
}

function sessionDeleted(pointer: string): ApiError {
  return new ApiError("session_deleted", [{ pointer, code: "session_deleted", detail: "this session was deleted" }]);
}
