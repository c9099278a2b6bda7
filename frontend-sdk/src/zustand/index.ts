// `@landfall/client/zustand`: the chat store of the specifications, over the client.
// It persists the current session and the last ten sessions; messages stay in IndexedDB. No rule of syncing lives here.

import { create, type StoreApi, type UseBoundStore } from "zustand";
import { createJSONStorage, persist, type StateStorage } from "zustand/middleware";
import type { ChatMessageRow, ChatSession, ChatSessionRow, Landfall, MessageRole } from "../types";

/** How many sessions the store remembers outside IndexedDB, for the first paint. */
const REMEMBERED_SESSIONS = 10;

export interface ChatState {
  /** Whose sessions these are: another user's are dropped, also from what was persisted. */
  userId: string | null;
  currentSessionId: string | null;
  /** Newest first. */
  sessions: ChatSessionRow[];
  /** Of the current session, in order. */
  messages: ChatMessageRow[];
  /** True until the messages of the current session have been read from this device. */
  loading: boolean;
  selectSession(id: string | null): void;
  /** Creates a session and makes it the current one. */
  createSession(title: string): Promise<ChatSession>;
  renameSession(id: string, title: string): Promise<void>;
  /** Deletes it; the current session becomes none if it was that one. */
  deleteSession(id: string): Promise<void>;
  /** Sends to the current session. */
  sendMessage(content: string, role?: MessageRole): Promise<void>;
}

/** What outlives a reload. */
type PersistedChatState = Pick<ChatState, "userId" | "currentSessionId" | "sessions">;

export type ChatStore = UseBoundStore<StoreApi<ChatState>>;

export interface ChatStoreOptions {
  /** Key in the storage. Default "chat-storage". */
  name?: string;
  /** Default `localStorage`. */
  storage?: () => StateStorage;
}

/** The specs' `useChatStore`: a hook with `getState`, `setState` and `subscribe`. It follows the client for as long as the page lives. */
export function createChatStore(client: Landfall, options: ChatStoreOptions = {}): ChatStore {
  const store = create<ChatState>()(
    persist(
      (set, get) => ({
        userId: null,
        currentSessionId: null,
        sessions: [],
        messages: [],
        loading: false,
        selectSession(id) {
          if (id === get().currentSessionId) return;
          set({ currentSessionId: id, messages: [], loading: id !== null });
        },
        async createSession(title) {
          const session = await client.chat.createSession({ title });
          get().selectSession(session.id);
          return session;
        },
        renameSession: (id, title) => client.chat.renameSession(id, title),
        async deleteSession(id) {
          await client.chat.deleteSession(id);
          if (get().currentSessionId === id) get().selectSession(null);
        },
        async sendMessage(content, role = "user") {
          const sessionId = get().currentSessionId;
          if (!sessionId) throw new Error("sendMessage: no session is selected");
          await client.chat.send(sessionId, { role, content });
        },
      }),
      {
        name: options.name ?? "chat-storage",
        storage: createJSONStorage<PersistedChatState>(options.storage ?? (() => localStorage)),
        partialize: ({ userId, currentSessionId, sessions }) => ({
          userId,
          currentSessionId,
          sessions: sessions.slice(0, REMEMBERED_SESSIONS),
        }),
      },
    ),
  );
  followUser(client, store);
  followSessions(client, store);
  followMessages(client, store);
  return store;
}

function followUser(client: Landfall, store: ChatStore): void {
  const apply = () => {
    const { status, user } = client.auth.session.get();
    if (status === "loading") return;
    const userId = user?.id ?? null;
    if (userId === store.getState().userId) return;
    store.setState({ userId, currentSessionId: null, sessions: [], messages: [], loading: false });
  };
  client.auth.session.subscribe(apply);
  apply();
}

function followSessions(client: Landfall, store: ChatStore): void {
  const observable = client.chat.sessions();
  observable.subscribe((sessions) => {
    if (sessions) store.setState({ sessions });
  });
}

function followMessages(client: Landfall, store: ChatStore): void {
  let followed: string | null = null;
  let stop = () => {};
  const follow = () => {
    const { currentSessionId } = store.getState();
    if (currentSessionId === followed) return;
    followed = currentSessionId;
    stop();
    stop = () => {};
    if (!currentSessionId) return;
    store.setState({ loading: true });
    const apply = (messages: ChatMessageRow[] | undefined) => {
      if (messages) store.setState({ messages, loading: false });
    };
    stop = client.chat.messages(currentSessionId).subscribe(apply);
  };
  store.subscribe(follow);
  follow();
}
