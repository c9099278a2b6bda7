// `landfall.chat`: the public face of chat. Writes go to the local tables, reads come from them; the queue does the rest.

import type { Clock } from "../clock";
import { InvalidInputError } from "../errors";
import { liveOf, type WorkspaceSource } from "../live";
import type {
  Chat as ChatApi,
  ChatMessage,
  ChatMessageRow,
  ChatSession,
  ChatSessionRow,
  LoadOlderResult,
  MessagesOptions,
  NewChatMessage,
  NewChatSession,
  Observable,
} from "../types";
import type { Workspace } from "../workspace";
import { sendMessage } from "./message-writes";
import { keepUnchanged, looksOfMessage, looksOfSession, queryMessages, querySessions } from "./observe";
import { openOlder } from "./older";
import { createSession, deleteSession, renameSession } from "./session-writes";
import { NEWEST } from "./views";

export class Chat implements ChatApi {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #onUnsent: () => void;

  /** `onUnsent` is called before rows are shown of which some are unsent. */
  constructor(source: WorkspaceSource, clock: Clock, onUnsent: () => void) {
    this.#source = source;
    this.#clock = clock;
    this.#onUnsent = onUnsent;
  }

  createSession(input: NewChatSession): Promise<ChatSession> {
    return this.#write((workspace) => createSession(workspace.db, this.#clock, input));
  }

  renameSession(id: string, title: string): Promise<void> {
    return this.#write((workspace) => renameSession(workspace.db, this.#clock, id, title));
  }

  deleteSession(id: string): Promise<void> {
    return this.#write((workspace) => deleteSession(workspace.db, this.#clock, id));
  }

  send(sessionId: string, input: NewChatMessage): Promise<ChatMessage> {
    return this.#write((workspace) => sendMessage(workspace.db, this.#clock, sessionId, input));
  }

  sessions(): Observable<ChatSessionRow[] | undefined> {
    return liveOf(this.#source, {
      query: ({ db }) => querySessions(db),
      accept: this.#rows<ChatSessionRow>(looksOfSession),
    });
  }

  messages(sessionId: string, { newest = NEWEST }: MessagesOptions = {}): Observable<ChatMessageRow[] | undefined> {
    if (!Number.isSafeInteger(newest) || newest < 1) {
      throw new InvalidInputError("/newest", "`newest` must be a whole number of at least 1.");
    }
    return liveOf(this.#source, {
      query: ({ db, views }) => queryMessages(db, sessionId, { newest, from: views.get(sessionId)?.from ?? null }),
      accept: this.#rows<ChatMessageRow>(looksOfMessage),
      opened: ({ views }, reread) => views.add(sessionId, newest, reread),
    });
  }

  async loadOlder(sessionId: string): Promise<LoadOlderResult> {
    const { db, views, online } = await this.#source.required();
    return openOlder(db, views, sessionId, online);
  }

  async #write<T>(write: (workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    const result = await write(workspace);
    workspace.wrote();
    return result;
  }

  /** How rows are shown: never unsent ones beside a status that says "synced", and the unchanged ones as they were. */
  #rows<R extends ChatSessionRow | ChatMessageRow>(looksOf: (row: R) => string) {
    return (before: R[] | undefined, next: R[]): R[] => {
      if (next.some((row) => row.sync.state !== "synced")) this.#onUnsent();
      return keepUnchanged(before, next, looksOf);
    };
  }
}
