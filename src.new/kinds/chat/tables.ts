// The tables of chat, typed.

import type { Table } from "dexie";
import type { UserDatabase } from "../../store/synced-kind";
import type { ChatMessage, ChatSession } from "../../types/chat";

export const SESSIONS = "chatSessions";
export const MESSAGES = "chatMessages";

/** `gone`: the server has deleted the session, and unsent messages of it are still here. */
export type StoredSession = ChatSession & { gone?: true };

export function sessionsIn(db: UserDatabase): Table<StoredSession, string> {
  return db.table(SESSIONS);
}

export function messagesIn(db: UserDatabase): Table<ChatMessage, string> {
  return db.table(MESSAGES);
}

/** The batch group of a session's messages: they share a quiet period. */
export function messageGroup(sessionId: string): string {
  return `${MESSAGES}:${sessionId}`;
}
