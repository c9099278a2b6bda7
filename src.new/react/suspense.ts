// Hooks that suspend until what they show has been read, beside those that return `undefined`.

import { useSyncExternalStore } from "react";
import type {
  AssetRow,
  ChatMessageRow,
  ChatSessionRow,
  CollectionName,
  Conflict,
  MessagesOptions,
  Observable,
  Project,
  RowOf,
} from "../types";
import { useLandfall } from "./context";
import { readOf } from "./suspended";

/**
 * The value of an observable of the client: the component suspends until there is one. It throws the error of a client that can't start, and
 * NotSignedInError where no user is signed in and guests aren't allowed. On a server it throws, so that the page has the boundary's fallback. Changes of an
 * argument inside `startTransition` keep what is on screen meanwhile. An observable of your own must be stable.
 *
 * @example
 * const open = useSuspenseObservable(landfall.collections.rules.where("type").equals("system").all());
 */
export function useSuspenseObservable<T>(observable: Observable<T>): Exclude<T, undefined> {
  const read = readOf(useLandfall(), observable);
  useSyncExternalStore(read.subscribe, read.get, onServer<T>);
  return read.value();
}

/** The last updated first. */
export function useSuspenseChatSessions(only: { projectId?: string | null } = {}): ChatSessionRow[] {
  return useSuspenseObservable(useLandfall().chat.sessions(only));
}

/**
 * The newest messages in order, and what `chat.loadOlder` adds.
 *
 * @example
 * <Suspense fallback={<Skeleton />}><Messages sessionId={id} /></Suspense>;
 * // in Messages: const messages = useSuspenseChatMessages(sessionId);
 */
export function useSuspenseChatMessages(sessionId: string, options: MessagesOptions = {}): ChatMessageRow[] {
  return useSuspenseObservable(useLandfall().chat.messages(sessionId, options));
}

export function useSuspenseProjects(): Project[] {
  return useSuspenseObservable(useLandfall().projects.all());
}

export function useSuspenseCollection<N extends CollectionName>(name: N): RowOf<N>[] {
  return useSuspenseObservable(useLandfall().collections[name].all() as Observable<RowOf<N>[] | undefined>);
}

/** The newest first. */
export function useSuspenseAssets(only: { projectId?: string | null } = {}): AssetRow[] {
  return useSuspenseObservable(useLandfall().assets.all(only));
}

export function useSuspenseConflicts(): Conflict[] {
  return useSuspenseObservable(useLandfall().conflicts.list());
}

function onServer<T>(): T {
  throw new Error("A server has no local database: put a <Suspense> boundary around this component.");
}
