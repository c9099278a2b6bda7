// `landfall.chat`: writes go to the local tables and the queue, reads come from the tables.

import { InvalidInputError } from "../../errors";
import { keepUnchanged, liveOf, type WorkspaceSource } from "../../store/live";
import type { OfProject } from "../../store/of-project";
import type {
  Chat,
  ChatMessage,
  ChatMessageRow,
  ChatSession,
  ChatSessionChanges,
  ChatSessionRow,
  LoadOlderResult,
  MessagesOptions,
  NewChatMessage,
  NewChatSession,
} from "../../types/chat";
import type { Clock } from "../../types/clock";
import type { Observable } from "../../types/observable";
import { requireEdits } from "../edits-on-demand";
import { RowCollection } from "../row-collection";
import { NEWEST, OpenViews } from "./open-views";
import { MESSAGES, SESSIONS } from "./tables";
import { fingerprintOfMessage, fingerprintOfSession, queryMessages, querySessions } from "./views";

export class ChatApi implements Chat {
  readonly #source: WorkspaceSource;
  readonly #sessions: RowCollection;
  readonly #messages: RowCollection;
  readonly #beforeUnsentRows: () => void;

  constructor(source: WorkspaceSource, clock: Clock, beforeUnsentRows: () => void) {
    this.#source = source;
    this.#sessions = new RowCollection(source, clock, SESSIONS);
    this.#messages = new RowCollection(source, clock, MESSAGES);
    this.#beforeUnsentRows = beforeUnsentRows;
  }

  async createSession(input: NewChatSession): Promise<ChatSession> {
    const edits = await requireEdits();
    edits.checkMembers(SESSIONS, input, "changes");
    const checked = edits.checkNewSession(input);
    return this.#sessions.write((db, kind, now) => edits.createSession(db, kind, checked, now));
  }

  async updateSession(id: string, changes: ChatSessionChanges): Promise<ChatSession> {
    const row: unknown = await this.#sessions.edit(async (edits, db, kind, now) => {
      edits.checkMembers(SESSIONS, changes, "changes");
      const checked = edits.checkSessionChanges(changes);
      await edits.requireSession(db, id);
      return edits.updateEdited(db, kind, id, { ...checked, updatedAt: now }, now);
    });
    return row as ChatSession;
  }

  async renameSession(id: string, title: string): Promise<void> {
    await this.updateSession(id, { title });
  }

  async deleteSession(id: string): Promise<void> {
    await this.#sessions.delete(id);
  }

  async send(sessionId: string, input: NewChatMessage): Promise<ChatMessage> {
    const edits = await requireEdits();
    edits.checkMembers(MESSAGES, input, "changes");
    const checked = edits.checkNewMessage(input);
    return this.#messages.write((db, kind, now) => edits.sendMessage(db, kind, sessionId, checked, now));
  }

  sessions(only: OfProject = {}): Observable<ChatSessionRow[] | undefined> {
    return liveOf(this.#source, {
      key: [SESSIONS, "shown", only.projectId],
      query: ({ db }) => querySessions(db, only),
      accept: this.#accept<ChatSessionRow>(fingerprintOfSession),
    });
  }

  messages(sessionId: string, { newest = NEWEST }: MessagesOptions = {}): Observable<ChatMessageRow[] | undefined> {
    if (!Number.isSafeInteger(newest) || newest < 1) {
      throw new InvalidInputError("/newest", "`newest` must be a whole number of at least 1.");
    }
    return liveOf(this.#source, {
      key: [MESSAGES, sessionId, newest],
      query: (workspace) => {
        const view = { newest, from: OpenViews.of(workspace).get(sessionId)?.from ?? null };
        return queryMessages(workspace.db, sessionId, view);
      },
      accept: this.#accept<ChatMessageRow>(fingerprintOfMessage),
      opened: (workspace, reread) => OpenViews.of(workspace).add(sessionId, newest, reread),
    });
  }

  async loadOlder(sessionId: string): Promise<LoadOlderResult> {
    const workspace = await this.#source.required();
    const { openOlder } = await requireEdits();
    return openOlder(workspace.db, OpenViews.of(workspace), sessionId, workspace.online);
  }

  #accept<R extends ChatSessionRow | ChatMessageRow>(fingerprintOf: (row: R) => string) {
    return (before: R[] | undefined, next: R[]): R[] => {
      if (next.some((row) => row.sync.state !== "synced")) this.#beforeUnsentRows();
      return keepUnchanged(before, next, fingerprintOf);
    };
  }
}
