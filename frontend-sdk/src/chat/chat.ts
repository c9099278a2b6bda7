// `landfall.chat`: the public face of chat. Writes go to the local tables, reads come from them; the queue does the rest.

import type { Clock } from "../clock";
import { watch } from "../db/watch";
import { lazyObservable } from "../observable";
import type {
  Chat as ChatApi,
  ChatMessage,
  ChatMessageRow,
  ChatSession,
  ChatSessionRow,
  LoadOlderResult,
  NewChatMessage,
  NewChatSession,
  Observable,
} from "../types";
import type { Workspace } from "../workspace";
import { sendMessage } from "./message-writes";
import { keepUnchanged, looksOfMessage, looksOfSession, queryMessages, querySessions } from "./observe";
import { createSession, deleteSession, renameSession } from "./session-writes";

/** The workspace of whoever is signed in. */
export interface WorkspaceSource {
  readonly current: Observable<Workspace | null>;
  /** Rejects with NotSignedInError. */
  required(): Promise<Workspace>;
}

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
    return this.#observe<ChatSessionRow>((workspace) => querySessions(workspace.db), looksOfSession);
  }

  messages(sessionId: string): Observable<ChatMessageRow[] | undefined> {
    return this.#observe<ChatMessageRow>(
      (workspace) => queryMessages(workspace.db, sessionId),
      looksOfMessage,
      (workspace) => workspace.open(sessionId),
    );
  }

  async loadOlder(sessionId: string): Promise<LoadOlderResult> {
    return (await this.#source.required()).loader.loadOlder(sessionId);
  }

  async #write<T>(write: (workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    const result = await write(workspace);
    workspace.wrote();
    return result;
  }

  /** A live query on the database of whoever is signed in; another user's rows are gone with the first change. */
  #observe<R extends ChatSessionRow | ChatMessageRow>(
    query: (workspace: Workspace) => Promise<R[]>,
    looksOf: (row: R) => string,
    opened: (workspace: Workspace) => () => void = () => () => {},
  ): Observable<R[] | undefined> {
    let shownOf: Workspace | null = null;
    let rows: R[] | undefined;
    return lazyObservable<R[] | undefined>(undefined, (set) => {
      let stop = () => {};
      const show = (next: R[] | undefined) => {
        if (next?.some((row) => row.sync.state !== "synced")) this.#onUnsent();
        rows = next && keepUnchanged(rows, next, looksOf);
        set(rows);
      };
      const follow = (workspace: Workspace | null) => {
        stop();
        stop = () => {};
        // Who subscribes again sees the last rows meanwhile; who signs in anew sees nobody else's.
        if (workspace !== shownOf) show(undefined);
        shownOf = workspace;
        if (!workspace) return;
        const unwatch = watch(() => query(workspace), show);
        const closed = opened(workspace);
        stop = () => {
          unwatch();
          closed();
        };
      };
      const unfollow = this.#source.current.subscribe(follow);
      follow(this.#source.current.get());
      return () => {
        unfollow();
        stop();
      };
    });
  }
}
