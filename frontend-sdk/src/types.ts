// The words of the public surface: what an application sees of the SDK.
// Types only; nothing here knows how any of it is done.

import type { ChatMessage, ChatSession, LinkedAccount, Project, Session, User, WaysIn } from "./api/types";
import type { Assets, FilesOptions } from "./assets/types";
import type { Clock } from "./clock";
import type { GeneratedTables, generatedCollections } from "./generated/tables.gen";

export type * from "./assets/types";
export type { ChatMessage, ChatSession, LinkedAccount, Project, User, WaysIn };

/** A value that changes. `subscribe` calls back on each change (not at once) and returns the way to stop. */
export interface Observable<T> {
  /** The value now. The same reference until it changes. */
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
}

/** Who is signed in on this device. */
export interface AuthState {
  /** "loading" only until this device's memory (and, if it remembers nobody, the server) has been asked. */
  status: "loading" | "signed-out" | "signed-in";
  user: User | null;
  /** True while only this device vouches for the user: the server hasn't confirmed it since the start. */
  remembered: boolean;
  /** True when the server says that the session has ended. Data stays readable and writable here; sync waits for a sign-in. */
  expired: boolean;
}

/** "saved": on this device only. "sending": in a request, or sent with the answer missing. "failed": given up or refused; see `reason`. */
export type RowSyncState = "saved" | "sending" | "synced" | "failed";

/** Where one row stands. */
export interface RowSync {
  state: RowSyncState;
  /** One sentence for people: why it failed, or what it waits for. */
  reason?: string;
  /** The server's stable error code, where it gave one. */
  code?: string;
  /** The queue's entry, for `sync.retry` and `sync.discard`. */
  entryId?: string;
}

/** A chat session as `chat.sessions()` shows it. `revision` is 0 until the server has it. */
export type ChatSessionRow = ChatSession & {
  /** Of the session's own writes; its messages have their own. */
  sync: RowSync;
  /** Messages of it that failed: a session that was deleted elsewhere stays in the list for as long as it holds any. */
  failedMessages: number;
};

/** A message as `chat.messages()` shows it. `id` is `temp-{uuid}` until the server has it; `tempId` never changes (a good React key). */
export type ChatMessageRow = ChatMessage & { sync: RowSync };

export type MessageRole = ChatMessage["role"];
/** Free JSON that survives the round trip unchanged. */
export type Metadata = NonNullable<ChatMessage["metadata"]>;

export interface NewChatSession {
  /** 1 to 200 characters. */
  title: string;
  projectId?: string | null;
  metadata?: Metadata | null;
}

export interface NewChatMessage {
  role: MessageRole;
  /** 1 to 1,000,000 characters. */
  content: string;
  metadata?: Metadata | null;
}

/** The queue as a whole. One state for the eye, the figures beside it. */
export interface SyncStatus {
  /**
   * "synced": nothing waits. "sending": a request is under way. "saved": something waits for its moment (the pause after typing, a retry).
   * "offline": the server can't be reached. "paused": by the app, by the server (`reason`), or until the next sign-in.
   * "failed": nothing else waits, but some entries need a person.
   */
  state: "synced" | "sending" | "saved" | "offline" | "paused" | "failed";
  /** Entries that will still be sent by themselves. */
  pending: number;
  /** Entries that were refused, or given up until the next reconnection. */
  failed: number;
  online: boolean;
  /** RFC 3339 UTC: when the server last confirmed that this device has its state. */
  lastSyncedAt?: string;
  /** Rows that have come so far, while more are on their way than fit into one answer. */
  receiving?: number;
  /** One sentence for people, where the state needs one. */
  reason?: string;
  /** RFC 3339 UTC: when the next attempt is due, if it is known. */
  nextRetryAt?: string;
}

/** A change that was refused, or given up until the next reconnection. */
export interface FailedEntry {
  /** For `sync.retry` and `sync.discard`. */
  entryId: string;
  /** The table of the row. */
  collection: string;
  /** The row's key in it. */
  key: string;
  /** Text to show for the row: a session's title, the beginning of a message. */
  title: string;
  /** One sentence for people. */
  reason: string;
  /** The server's stable error code, where it gave one. */
  code?: string;
}

/** The answer to "why is this not synced?" */
export interface SyncExplanation {
  /** The row's key as asked. */
  key: string;
  sync: RowSync;
  /** Attempts that count (DECISIONS: the server was reached and this entry failed). */
  attempts: number;
  /** RFC 3339 UTC. */
  nextRetryAt?: string;
  /** RFC 3339 UTC: when it was written here. */
  queuedAt?: string;
}

export interface ConnectivityState {
  /** By the last real answer of the server, or its absence; never by `navigator.onLine` alone. */
  online: boolean;
  /** The switch `simulateOffline`. */
  simulatedOffline: boolean;
}

export interface MessagesOptions {
  /** Messages that are read and shown before anybody asks for older ones. Default 200. */
  newest?: number;
}

export interface LoadOlderResult {
  /** Messages that came into view. */
  loaded: number;
  /** Whether there may be more before them. */
  hasMore: boolean;
}

/** What happens to an unsent change when another device has changed the same row: ours, theirs, member by member, or a person decides. */
export type ConflictPolicy = "client-wins" | "server-wins" | "merge" | "ask";

/** What the SDK needs of `navigator.locks`. */
export type LockManagerLike = Pick<LockManager, "request">;

export interface LandfallOptions {
  /** The server's origin; "" or absent for the page's own. */
  baseUrl?: string;
  /** Names this app's databases in the browser: letters, digits, `-` and `_`. */
  name: string;
  /** Lets an app be used before any sign-in: what is written then is kept on the device until `guest.claim()`. Default: false. */
  guest?: boolean;
  /** Conflict policies by collection, in place of those that are declared. */
  conflicts?: Readonly<Record<string, ConflictPolicy>>;
  /** Files on this device: how much room they may take, and how long they stay. */
  files?: FilesOptions;
  /** Default: the global `fetch`; uploads go by XMLHttpRequest then, which tells their progress. */
  fetch?: typeof fetch;
  /** Default: `navigator.locks`. Without one, every tab sends for itself and the server's idempotency alone prevents doubles. */
  locks?: LockManagerLike;
  /** Default: the real clock and Math.random. */
  clock?: Clock;
  /** Default: the global IndexedDB. */
  storage?: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange };
}

/** The client: local data first, a queue behind it. One per page. */
export interface Landfall {
  /**
   * Reads who is signed in from this device and begins to sync. Resolves when the local answer is known, without waiting for the network
   * unless this device remembers nobody. Can be called again; does nothing then.
   */
  start(): Promise<void>;
  /** Stops and releases everything. What is queued stays queued. */
  close(): Promise<void>;
  readonly auth: Auth;
  readonly chat: Chat;
  readonly projects: Projects;
  readonly assets: Assets;
  readonly collections: Collections;
  readonly conflicts: Conflicts;
  readonly guest: Guest;
  readonly sync: Sync;
  /** Runs writes of this client as one: all of them are saved, or none. `work` may await nothing but this client's own calls. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  readonly connectivity: ConnectivityControl;
}

export interface Auth {
  readonly session: Observable<AuthState>;
  /** Development servers only. Rejects with a LandfallError when the server refuses or can't be reached. */
  devSignIn(input: { email: string; name?: string }): Promise<User>;
  /**
   * Goes to a provider's page (`google`) to sign in; the browser comes back to `callbackURL`, signed in, or to `errorCallbackURL` with
   * `error` in its query. Resolves when it is on its way. Both are pages of this site or of the server's allowed origins; default: this page.
   */
  signIn(provider: string, options?: Omit<SignInOptions, "link">): Promise<void>;
  /** What the server knows of the person's ways in. Every call needs the network. */
  readonly account: Account;
  /** Ends the session here at once (and at the server as soon as it can be reached). Local data stays; its sync pauses. */
  signOut(): Promise<void>;
  onChange(listener: (state: AuthState) => void): () => void;
}

export interface SignInOptions {
  callbackURL?: string;
  errorCallbackURL?: string;
  /** Adds the account to the person who is signed in. */
  link?: boolean;
}

/** A sign-in that is alive. */
export type SignedInDevice = Session & {
  /** Whether it is this one. */
  current: boolean;
};

/** The signed-in person's account at the server. Rejects with a LandfallError. */
export interface Account {
  /** What a sign-in page may offer. */
  waysIn(): Promise<WaysIn>;
  /** As `signIn`; with `link` it adds a way in. */
  goToProvider(provider: string, options: SignInOptions): Promise<void>;
  /** The newest sign-in first. */
  devices(): Promise<SignedInDevice[]>;
  signOutDevice(id: string): Promise<void>;
  signOutOthers(): Promise<void>;
  /** The ways to sign in, the oldest first. */
  linked(): Promise<LinkedAccount[]>;
  /** Never the last one: code `last_account`. */
  unlink(accountId: string): Promise<void>;
  /** Deletes the person and all of theirs at the server, for good, and signs this device out. What this device holds stays on it. */
  delete(): Promise<void>;
}

/** All writes are in IndexedDB when their promise resolves; none waits for the network. They reject with InvalidInputError, StorageFullError or NotSignedInError. */
export interface Chat {
  createSession(input: NewChatSession): Promise<ChatSession>;
  renameSession(id: string, title: string): Promise<void>;
  deleteSession(id: string): Promise<void>;
  send(sessionId: string, input: NewChatMessage): Promise<ChatMessage>;
  /** Newest first; `undefined` until first read. */
  sessions(): Observable<ChatSessionRow[] | undefined>;
  /**
   * The newest messages in order, unsent ones last; `undefined` until first read.
   * `loadOlder` adds to them until the session's last subscriber in this tab leaves.
   */
  messages(sessionId: string, options?: MessagesOptions): Observable<ChatMessageRow[] | undefined>;
  /**
   * Shows more of a session's past to whoever subscribes to its messages in this tab. Resolves when it is shown; on a device that is still receiving
   * its data for the first time, when there is any. Rejects with code `offline` when only the server could tell and it can't be reached.
   */
  loadOlder(sessionId: string): Promise<LoadOlderResult>;
}

export interface PutOptions {
  /** Keeps the row on this device; false lets it go. Unset: as it is. */
  localOnly?: boolean;
}

/**
 * Rows of one kind. Writes are in IndexedDB when their promise resolves, and none waits for the network. They reject with InvalidInputError,
 * StorageFullError or NotSignedInError.
 */
export interface Collection<R> {
  /** Stores the row as a whole. Its key is the application's to choose (`newId()` makes one). */
  put(row: R, options?: PutOptions): Promise<R>;
  get(key: string): Promise<R | undefined>;
  list(): Promise<R[]>;
  /** With what is part of the row; what only refers to it is unlinked. Nothing happens where there is no such row. */
  delete(key: string): Promise<void>;
  /** `undefined` until first read. */
  all(): Observable<R[] | undefined>;
  /** Where the rows stand that the server doesn't have as they are here, by key; all others are synced. */
  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined>;
}

/** The names of the declared collections. */
export type CollectionName = keyof typeof generatedCollections;
type TableOf<N extends CollectionName> = (typeof generatedCollections)[N]["table"];
/** A row of a declared collection. */
export type RowOf<N extends CollectionName> = GeneratedTables[TableOf<N>]["row"];

/** One for each collection that the server declares, with the type of its rows. */
export type Collections = { readonly [N in CollectionName]: Collection<RowOf<N>> };

/** What is left out stays as it is. */
export interface ProjectInput {
  /** Default: a new one. */
  id?: string;
  /** 1 to 200 characters. A new project without a name is called "Untitled". */
  name?: string;
  /** The application's document, replaced as a whole; at most 5 MiB of JSON. */
  data?: Record<string, unknown> | null;
  /** The project to stand in; null is the top. */
  parentId?: string | null;
  thumbnailAssetId?: string | null;
}

export interface Projects extends Omit<Collection<Project>, "put"> {
  put(input: ProjectInput, options?: PutOptions): Promise<Project>;
  /** Deleted projects that this device can restore. */
  listDeleted(): Promise<Project[]>;
  /** Brings a deleted project back, without what was deleted with it. */
  restore(id: string): Promise<Project>;
}

/** A local change that met another device's. `null`: deleted on that side. */
export interface Conflict {
  collection: string;
  key: string;
  /** What both were made from; `null` where this device doesn't know it. */
  base: Record<string, unknown> | null;
  /** The row as it is here. */
  mine: Record<string, unknown> | null;
  /** The row as the server has it. */
  theirs: Record<string, unknown> | null;
  /** RFC 3339 UTC. */
  since: string;
}

/** Ours on top of theirs, theirs, or a row that was made from both. */
export type Resolution = "mine" | "theirs" | Record<string, unknown>;

/** The inbox of open conflicts. Until one is resolved its row stays as it is here and isn't sent. */
export interface Conflicts {
  /** `undefined` until first read. */
  list(): Observable<Conflict[] | undefined>;
  /** Rejects with code `not_found` when there is no open conflict about the row. */
  resolve(conflict: Pick<Conflict, "collection" | "key">, resolution: Resolution): Promise<void>;
}

/** What was written on this device before anybody signed in. */
export interface GuestPreview {
  /** Rows by collection. */
  counts: Record<string, number>;
  /** Rows that the account has otherwise: under the same key, or by the same unique name. */
  collisions: {
    collection: string;
    key: string;
    guest: Record<string, unknown>;
    account: Record<string, unknown>;
  }[];
}

export interface ClaimOptions {
  /**
   * "keep" (default): both rows stay, the guest's under a new id; of a row whose key has a meaning (a setting) the account's stays. "merge": one row, the
   * account's members, filled up with the guest's.
   */
  collisions?: "keep" | "merge";
}

/** Both reject with code `not_signed_in` while nobody is. Not claiming leaves the data on the device, for after the next sign-out. */
export interface Guest {
  preview(): Promise<GuestPreview>;
  /** Makes the guest's rows the person's own and sends them. Can be repeated when it broke off. Gives the rows by collection. */
  claim(options?: ClaimOptions): Promise<GuestPreview["counts"]>;
}

export interface Sync {
  readonly status: Observable<SyncStatus>;
  /** What failed, over all sessions, in the order of writing; `undefined` until first read. */
  failed(): Observable<FailedEntry[] | undefined>;
  /** Sends what waits and asks for news, without waiting for timers. Resolves when it was asked for, not when it is done. */
  now(): Promise<void>;
  /** Stops sending and fetching in all tabs until `resume`, also across reloads. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when nothing waits any more. What failed doesn't count as waiting: see `failed` of the status that it gives. */
  awaitInSync(options?: { signal?: AbortSignal }): Promise<SyncStatus>;
  /** Why the row with this key (a session's id, a message's id or tempId) is not synced; `null` when this device doesn't know it. */
  why(key: string): Promise<SyncExplanation | null>;
  /** Sends a failed entry again. */
  retry(entryId: string): Promise<void>;
  retryAll(): Promise<void>;
  /** Keeps a collection on this device: nothing of it is sent or fetched. Its rows are written as before. */
  exclude(collection: string): Promise<void>;
  /** Lets an excluded collection sync again, with what was written meanwhile. */
  include(collection: string): Promise<void>;
  /** Gives an entry up and takes its local change back. Rejects with code `in_flight` while it is being sent. */
  discard(entryId: string): Promise<void>;
}

export interface ConnectivityControl {
  readonly status: Observable<ConnectivityState>;
  /** Cuts (or restores) this app off from the server in every tab, also across reloads. For demos and tests. */
  simulateOffline(offline: boolean): Promise<void>;
}
