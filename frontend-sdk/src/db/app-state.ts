// Named values in the `appState` table, with their types in one place.
// It knows no rule about any of them.

import type { Table } from "dexie";
import type { User } from "../types";
import type { AppStateRow } from "./device-tables";

/** Why the whole queue stands still, and until when. */
export interface Hold {
  code: "unauthenticated" | "forbidden" | "busy" | "storage_full" | "internal";
  /** One sentence for people. */
  reason: string;
  /** RFC 3339 UTC; `null`: until something happens (a sign-in, a reconnection, `sync.now`). */
  until: string | null;
}

/** Values of a user's database. */
export interface UserState {
  /** The last number given to an entry or to an unsent row. */
  "outbox.order": number;
  "sync.pausedByApp": boolean;
  "sync.hold": Hold | null;
  /** RFC 3339 UTC. */
  "sync.lastSyncedAt": string;
  /** What the last `/sync/init` said; `etag` is good for `sessionId` only. */
  "sync.init": { etag: string | null; cursor: string; epoch: string; sessionId: string | null };
  "chat.currentSessionId": string | null;
}

/** Values of the device's database. */
export interface DeviceState {
  auth: {
    user: User | null;
    /** Changes whenever the browser's cookie may have: a tab that was confirmed under another one asks the server again. */
    stamp: string | null;
    /** A sign-out that the server hasn't heard of yet. */
    signOutPending: boolean;
  };
  simulateOffline: boolean;
}

/** The part of a session's messages that is here without gaps; stored under `chat.window:{sessionId}`. */
export interface MessageWindow {
  /** Position of the oldest message shown; what lies below may have gaps and is not shown. 0: nothing is missing. */
  floor: number;
  /** The newest position up to which nothing is missing. */
  ceiling: number;
}

/** Typed access to one `appState` table. Works inside a transaction as well. */
export class AppState<S extends { [K in keyof S]: unknown }> {
  readonly #table: Table<AppStateRow, string>;

  constructor(table: Table<AppStateRow, string>) {
    this.#table = table;
  }

  async get<K extends keyof S & string>(key: K): Promise<S[K] | undefined> {
    const row = await this.#table.get(key);
    return row?.value as S[K] | undefined;
  }

  async set<K extends keyof S & string>(key: K, value: S[K]): Promise<void> {
    await this.#table.put({ key, value });
  }
}

/** The window of a session's messages. */
export async function readWindow(
  table: Table<AppStateRow, string>,
  sessionId: string,
): Promise<MessageWindow | undefined> {
  return (await table.get(windowKey(sessionId)))?.value as MessageWindow | undefined;
}

export async function writeWindow(
  table: Table<AppStateRow, string>,
  sessionId: string,
  window: MessageWindow,
): Promise<void> {
  await table.put({ key: windowKey(sessionId), value: window });
}

export async function deleteWindow(table: Table<AppStateRow, string>, sessionId: string): Promise<void> {
  await table.delete(windowKey(sessionId));
}

function windowKey(sessionId: string): string {
  return `chat.window:${sessionId}`;
}
