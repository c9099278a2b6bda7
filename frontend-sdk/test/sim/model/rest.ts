// The REST routes of chats, and the initial snapshot.

import type { Json, JsonObject } from "../json";
import { ApiError, invalid } from "./api-error";
import { deleteSession, findRepeated, putMessage, putSession } from "./chat";
import { isUuid, readMessage } from "./mutation";
import { chatOnTheWire, projectOnTheWire } from "./pull";
import type { UserData, Write } from "./user-data";

export interface RestAnswer {
  status: number;
  body: Json;
}

export function createSession(write: Write, body: JsonObject): RestAnswer {
  const id = typeof body.id === "string" ? body.id : write.newId();
  const stored = write.userData.sessions.get(id);
  if (stored?.deletedAt)
    throw new ApiError("session_deleted", [{ pointer: "/id", code: "session_deleted", detail: "" }]);
  if (stored) return { status: 200, body: chatOnTheWire(stored) };
  const { title, projectId, metadata } = body;
  const content = {
    title: (title ?? "New chat") as string,
    projectId: (projectId ?? null) as string | null,
    metadata: (metadata ?? null) as JsonObject | null,
  };
  return { status: 201, body: chatOnTheWire(putSession(write, id, content, "/id")) };
}

export function changeSession(write: Write, id: string, body: JsonObject): RestAnswer {
  const { title, projectId, metadata } = livingSession(write.userData, id);
  const content = { title, projectId, metadata, ...body } as Parameters<typeof putSession>[2];
  return { status: 200, body: chatOnTheWire(putSession(write, id, content, "/id")) };
}

export function removeSession(write: Write, id: string): RestAnswer {
  deleteSession(write, id);
  return { status: 204, body: null };
}

/** Stores all messages or none. */
export function sendBatch(write: Write, body: JsonObject): RestAnswer {
  const sent = (body.messages as JsonObject[]).map((message) => readMessage(message, null));
  if (sent.length < 1 || sent.length > 500) throw invalid("/messages", "invalid_length");
  for (const [index, message] of sent.entries()) findRepeated(write, message, `/messages/${index}`);
  const trial = { ...write, userData: structuredClone(write.userData) };
  for (const [index, message] of sent.entries()) putMessage(trial, message, `/messages/${index}`);
  const stored = sent.map((message, index) => putMessage(write, message, `/messages/${index}`));
  const idMap = Object.fromEntries(stored.flatMap(({ tempId, id }) => (tempId === null ? [] : [[tempId, id]])));
  return { status: 200, body: { messages: stored.map(chatOnTheWire), idMap, syncedAt: write.now } };
}

export function listMessages(userData: UserData, id: string, query: URLSearchParams): RestAnswer {
  livingSession(userData, id);
  const limit = Number(query.get("limit") ?? 50);
  const [before, after] = [query.get("before"), query.get("after")];
  const all = messagesOf(userData, id);
  const behind = after !== null;
  const matching = all.filter(({ position }) =>
    behind ? position > Number(after) : before === null || position < Number(before),
  );
  const rows = behind ? matching.slice(0, limit) : matching.slice(-limit);
  const edge = behind ? rows.at(-1) : rows[0];
  const nextCursor = matching.length > limit && edge ? String(edge.position) : null;
  return { status: 200, body: { messages: rows.map(chatOnTheWire), nextCursor } };
}

/** The first screen of a device: sessions, one session's newest messages, and projects without their documents. */
export function initialSnapshot(userData: UserData, query: URLSearchParams): JsonObject {
  const sessions = [...userData.sessions.values()]
    .filter(({ deletedAt }) => !deletedAt)
    .sort((a, b) => b.version - a.version || (a.id < b.id ? 1 : -1))
    .slice(0, 50);
  const current = query.get("currentSessionId") ?? sessions[0]?.id;
  const messages = current === undefined ? [] : messagesOf(userData, current);
  const projects = [...userData.projects.values()]
    .filter(({ deletedAt }) => !deletedAt)
    .sort((a, b) => b.version - a.version || (a.id < b.id ? 1 : -1))
    .slice(0, 200);
  return {
    sessions: sessions.map(chatOnTheWire),
    messages: messages.slice(-Number(query.get("messageLimit") ?? 50)).map(chatOnTheWire),
    projects: projects.map((row) => {
      const { data: _data, clientUpdatedAt: _updated, ...summary } = projectOnTheWire(row);
      return summary;
    }),
    assets: [],
    assistants: [],
  };
}

function messagesOf(userData: UserData, sessionId: string) {
  const rows = [...userData.messages.values()].filter((row) => row.sessionId === sessionId && !row.deletedAt);
  return rows.sort((a, b) => a.position - b.position);
}

function livingSession(userData: UserData, id: string) {
  const session = isUuid(id) ? userData.sessions.get(id) : undefined;
  if (!session || session.deletedAt) throw new ApiError("not_found");
  return session;
}
