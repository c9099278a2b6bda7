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

/** Why everything is pulled again (DECISIONS: Resync), until that is done. */
export interface Resync {
  id: string;
  reason: "horizon" | "epoch";
}

/** Values of a user's database. */
export interface UserState {
  /** The last number given to an entry or to an unsent row. */
  "outbox.order": number;
  /** The name under which this device counts its mutations, and the number of the next. */
  "outbox.client": { id: string; next: number };
  "sync.pausedByApp": boolean;
  "sync.hold": Hold | null;
  /** RFC 3339 UTC. */
  "sync.lastSyncedAt": string;
  /** How far this device has read; stored with what was read. `rows`: of the pull under way; 0 when there is none. */
  "sync.pull": { cursor: string | null; complete: boolean; rows: number };
  "sync.resync": Resync | null;
  /** Collections that stay on this device, by the application's choice. */
  "sync.excluded": string[];
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
  /** What the server last said of who is signed in, for all tabs: one of them asks. */
  answer: {
    id: string;
    /** Of the memory that it was said about. */
    stamp: string | null;
    /** `nothing`: it wasn't reached. `not-now`: it couldn't tell. */
    says: "signed-in" | "nobody" | "nothing" | "not-now";
  };
  simulateOffline: boolean;
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

  /** All of them or none. */
  async setAll(values: Partial<S>): Promise<void> {
    await this.#table.bulkPut(Object.entries(values).map(([key, value]) => ({ key, value })));
  }
}
