// `@landfall/client/zustand`: a chat store over the client. It persists the current session's id and the last ten sessions; messages stay in
// IndexedDB.

import { create, type StoreApi, type UseBoundStore } from "zustand";
import { createJSONStorage, persist, type StateStorage } from "zustand/middleware";
import type { ChatMessageRow, ChatSession, ChatSessionRow, Landfall, MessageRole } from "../types";
import { report } from "../util/report";

/** How many sessions are persisted outside IndexedDB, for the first paint. */
const REMEMBERED_SESSIONS = 10;

export interface ChatState {
  /** The user of the sessions. Those of another user are dropped, persisted ones too. */
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
  /** Deletes a session. If it is the current one, `currentSessionId` becomes `null`. */
  deleteSession(id: string): Promise<void>;
  /** Sends to the current session. Rejects with an Error if there is none. */
  sendMessage(content: string, role?: MessageRole): Promise<void>;
}

/** What is persisted. */
type PersistedChatState = Pick<ChatState, "userId" | "currentSessionId" | "sessions">;

export type ChatStore = UseBoundStore<StoreApi<ChatState>>;

export interface ChatStoreOptions {
  /** Key in the storage. Default "chat-storage". */
  name?: string;
  /** Default `localStorage`. */
  storage?: () => StateStorage;
}

/**
 * Creates a hook with `getState`, `setState` and `subscribe`. It follows the client for as long as the page is open.
 *
 * @example
 * const useChatStore = createChatStore(landfall);
 * const { messages, sendMessage } = useChatStore();
 */
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
        storage: createJSONStorage<PersistedChatState>(() =>
          inMemoryWhenFull((options.storage ?? (() => localStorage))()),
        ),
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

/**
 * The session that was open when a store was last persisted here; `null` where there is none. For the client's option of the same name, so that a database
 * that was lost receives this session's messages first.
 *
 * @example
 * const landfall = createLandfall({ name: "kijko", currentSessionId: () => rememberedSessionId() });
 */
export function rememberedSessionId({ name = "chat-storage", storage }: ChatStoreOptions = {}): string | null {
  try {
    const text = (storage ?? (() => localStorage))().getItem(name);
    const { state } = JSON.parse(String(text)) as { state: PersistedChatState };
    return state.currentSessionId;
  } catch {
    // Nothing was persisted, or the browser refuses to read it.
    return null;
  }
}

/** A full or forbidden storage keeps what it has, and the store goes on in memory. */
function inMemoryWhenFull(storage: StateStorage): StateStorage {
  return {
    getItem: (name) => storage.getItem(name),
    removeItem: (name) => storage.removeItem(name),
    async setItem(name, value) {
      try {
        await storage.setItem(name, value);
      } catch (error) {
        report(error);
      }
    },
  };
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
