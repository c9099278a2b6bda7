// Chat: sessions, and the messages in them.

import type { Observable } from "./observable";
import type { RowSync } from "./rows";
import type { ChatMessage, ChatSession } from "./wire";

export type { ChatMessage, ChatSession };

/** A chat session as `chat.sessions()` shows it. `revision` is 0 until the server has it. */
export type ChatSessionRow = ChatSession & {
  /** Of the session and its messages together: "synced" only if the server has all of them. Each message has its own state too. */
  sync: RowSync;
  /** How many of its messages are still to be sent. */
  unsentMessages: number;
  /** How many of its messages failed. A session that was deleted elsewhere stays in the list while it has any. */
  failedMessages: number;
};

/** A message as `chat.messages()` shows it. `id` is `temp-{uuid}` until the server has it; `tempId` never changes (a good React key). */
export type ChatMessageRow = ChatMessage & { sync: RowSync };

export type MessageRole = ChatMessage["role"];
/** A JSON object that is stored unchanged. */
export type Metadata = NonNullable<ChatMessage["metadata"]>;

export interface NewChatSession {
  /** 1 to 200 characters. */
  title: string;
  projectId?: string | null;
  /** At most 256 KiB of JSON. */
  metadata?: Metadata | null;
}

/** Changes of a chat session: the members to change. */
export type ChatSessionChanges = Partial<NewChatSession>;

export interface NewChatMessage {
  role: MessageRole;
  /** 1 to 1,000,000 characters. */
  content: string;
  /** At most 256 KiB of JSON. */
  metadata?: Metadata | null;
}

export interface MessagesOptions {
  /** How many messages are read and shown before `loadOlder`. Default: 200. */
  newest?: number;
}

export interface LoadOlderResult {
  /** How many messages came into view. */
  loaded: number;
  /** Whether there may be more before them. */
  hasMore: boolean;
}

/**
 * A write is in IndexedDB when its promise resolves, and none waits for the network. Writes reject with InvalidInputError, StorageFullError,
 * NotSignedInError, or code `not_found` for a session that this device doesn't have.
 */
export interface Chat {
  /**
   * @example
   * const { id } = await landfall.chat.createSession({ title: "Trip to Oslo" });
   */
  createSession(input: NewChatSession): Promise<ChatSession>;
  /**
   * Changes the named members of a session as it is now on this device. Rejects with code `not_found`.
   *
   * @example
   * await landfall.chat.updateSession(id, { projectId: project.id });
   */
  updateSession(id: string, changes: ChatSessionChanges): Promise<ChatSession>;
  /** `title`: 1 to 200 characters. */
  renameSession(id: string, title: string): Promise<void>;
  /** Deletes the session with its messages. */
  deleteSession(id: string): Promise<void>;
  /**
   * Messages are sent 2 s after the last one of a session, or at once when 15 wait.
   *
   * @example
   * await landfall.chat.send(sessionId, { role: "user", content: "Which ferry is the earliest?" });
   */
  send(sessionId: string, input: NewChatMessage): Promise<ChatMessage>;
  /** The last updated first; `undefined` until first read. `projectId`: only those of the project, `null` for those without one. */
  sessions(only?: { projectId?: string | null }): Observable<ChatSessionRow[] | undefined>;
  /**
   * The newest messages in order, unsent ones last; `undefined` until first read. `loadOlder` adds to them until the session's last subscriber in
   * this tab leaves. Throws InvalidInputError for an invalid `newest`.
   *
   * @example
   * const stop = landfall.chat.messages(sessionId).subscribe((messages) => render(messages ?? []));
   */
  messages(sessionId: string, options?: MessagesOptions): Observable<ChatMessageRow[] | undefined>;
  /**
   * Shows older messages of a session to its subscribers in this tab. Resolves when they are shown; during the first pull, when there are any.
   * Rejects with code `offline` if only the server could have them and it can't be reached.
   */
  loadOlder(sessionId: string): Promise<LoadOlderResult>;
}
