// `@landfall/client/react`: the client in a React tree. Hooks read observables and nothing else.
// No rule of syncing lives here.

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react";
import type {
  AuthState,
  ChatMessageRow,
  ChatSessionRow,
  CollectionName,
  Conflict,
  ConnectivityState,
  FailedEntry,
  Landfall,
  MessagesOptions,
  Observable,
  Project,
  RowOf,
  RowSync,
  SyncStatus,
} from "../types";

const LandfallContext = createContext<Landfall | null>(null);

/** Starts the client and hands it to the hooks below it. Whoever created the client closes it. */
export function LandfallProvider(props: { client: Landfall; children?: ReactNode }): ReactNode {
  const { client, children } = props;
  useEffect(() => {
    void client.start();
  }, [client]);
  return createElement(LandfallContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. */
export function useLandfall(): Landfall {
  const client = useContext(LandfallContext);
  if (!client) throw new Error("useLandfall needs a <LandfallProvider> above it");
  return client;
}

/** The value of any observable of the client. Keep the observable itself stable (useMemo). */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get, observable.get);
}

export function useAuth(): AuthState {
  return useObservable(useLandfall().auth.session);
}

export function useSyncStatus(): SyncStatus {
  return useObservable(useLandfall().sync.status);
}

/** What could not be sent, over all sessions; `undefined` until first read. */
export function useFailedEntries(): FailedEntry[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.sync.failed(), [client]));
}

export function useConnectivity(): ConnectivityState {
  return useObservable(useLandfall().connectivity.status);
}

/** Newest first; `undefined` until first read. */
export function useChatSessions(): ChatSessionRow[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.chat.sessions(), [client]));
}

/** The newest in order, and what `chat.loadOlder` adds; `undefined` until first read, and without a session. */
export function useChatMessages(
  sessionId: string | null | undefined,
  { newest }: MessagesOptions = {},
): ChatMessageRow[] | undefined {
  const client = useLandfall();
  const messages = useMemo(
    () => (sessionId ? client.chat.messages(sessionId, newest === undefined ? {} : { newest }) : nothing),
    [client, sessionId, newest],
  );
  return useObservable(messages);
}

/** `undefined` until first read. */
export function useProjects(): Project[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.projects.all(), [client]));
}

/** The rows of a collection; `undefined` until first read. */
export function useCollection<N extends CollectionName>(name: N): RowOf<N>[] | undefined {
  const client = useLandfall();
  const rows = useMemo(() => client.collections[name].all() as Observable<RowOf<N>[] | undefined>, [client, name]);
  return useObservable(rows);
}

/** Where the rows of a collection stand that aren't synced, by key; `undefined` until first read. */
export function useUnsynced(name: CollectionName | "projects"): ReadonlyMap<string, RowSync> | undefined {
  const client = useLandfall();
  const face = name === "projects" ? client.projects : client.collections[name];
  return useObservable(useMemo(() => face.unsynced(), [face]));
}

/** The inbox of open conflicts; `undefined` until first read. */
export function useConflicts(): Conflict[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.conflicts.list(), [client]));
}

export { useAssetLink, useAssets, useFileUsage, useUploadProgress } from "./files";

const nothing: Observable<undefined> = { get: () => undefined, subscribe: () => () => {} };
