"use client";

// `@landfall/client/react`: hooks that read the observables of the client.

import { useMemo } from "react";
import type {
  AuthState,
  ChatMessageRow,
  ChatSessionRow,
  CollectionName,
  Conflict,
  FailedEntry,
  MessagesOptions,
  Observable,
  Project,
  RowOf,
  RowSync,
  SyncStatus,
} from "../types";
import { useLandfall, useObservable } from "./context";

export { LandfallProvider, useConnectivity, useLandfall, useObservable } from "./context";
export { useAssetLink, useAssets, useFileUsage, useUploadProgress } from "./files";
export {
  useSuspenseAssets,
  useSuspenseChatMessages,
  useSuspenseChatSessions,
  useSuspenseCollection,
  useSuspenseConflicts,
  useSuspenseObservable,
  useSuspenseProjects,
} from "./suspense";

export function useAuth(): AuthState {
  return useObservable(useLandfall().auth.session);
}

export function useSyncStatus(): SyncStatus {
  return useObservable(useLandfall().sync.status);
}

/** The failed entries of all collections; `undefined` until first read. */
export function useFailedEntries(): FailedEntry[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.sync.failed(), [client]));
}

/** The last updated first; `undefined` until first read. */
export function useChatSessions(): ChatSessionRow[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.chat.sessions(), [client]));
}

/**
 * The newest messages in order, and what `chat.loadOlder` adds; `undefined` until first read, and without a session.
 *
 * @example
 * const messages = useChatMessages(sessionId) ?? [];
 */
export function useChatMessages(
  sessionId: string | null | undefined,
  { newest }: MessagesOptions = {},
): ChatMessageRow[] | undefined {
  const client = useLandfall();
  const messages = useMemo(
    () => (sessionId ? client.chat.messages(sessionId, newest === undefined ? {} : { newest }) : EMPTY),
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

/** The sync states of the rows of a collection that aren't synced, by key; `undefined` until first read. */
export function useUnsynced(name: CollectionName | "projects"): ReadonlyMap<string, RowSync> | undefined {
  const client = useLandfall();
  const face = name === "projects" ? client.projects : client.collections[name];
  return useObservable(useMemo(() => face.unsynced(), [face]));
}

/** The open conflicts; `undefined` until first read. */
export function useConflicts(): Conflict[] | undefined {
  const client = useLandfall();
  return useObservable(useMemo(() => client.conflicts.list(), [client]));
}

const EMPTY: Observable<undefined> = { get: () => undefined, subscribe: () => () => {} };
