// Named values in the `appState` table, with their types in one place.

import type { Table } from "dexie";
import type { SyncInitResponse, User } from "../types/wire";
import type { AppStateRow } from "./tables";

/** Why the whole queue is paused, and until when. */
export interface Pause {
  code: "unauthenticated" | "forbidden" | "busy" | "storage_full" | "internal";
  /** One sentence for people. */
  reason: string;
  /** RFC 3339 UTC. `null`: until a sign-in, a reconnection or `sync.now`. */
  until: string | null;
  /** Its length in milliseconds, where it has an end. */
  ms?: number;
}

/** Everything is pulled again from the start, until the last page is stored. */
export interface Resync {
  /** "horizon": this device was away for longer than the server keeps tombstones. "epoch": the server was restored from a backup. */
  reason: "horizon" | "epoch";
}

/** Values of a user's database. */
export interface UserState {
  /** The last number given to an entry or to an unsent row. */
  "outbox.order": number;
  /** The name under which this device counts its mutations, and the number of the next. */
  "outbox.client": { id: string; next: number };
  /** The term of the tab that leads. Only this tab stores answers. */
  "sync.term": string;
  "sync.pausedByApp": boolean;
  "sync.pause": Pause | null;
  /** RFC 3339 UTC. */
  "sync.lastSyncedAt": string;
  /** How far this device has pulled; stored with the rows. `rows`: of the pull in progress, 0 when there is none. */
  "sync.pull": { cursor: string | null; complete: boolean; rows: number };
  "sync.resync": Resync | null;
  /** What the initial snapshot had beside rows, until the first pull has brought it: rows without parts by their collection, and values of settings. */
  "sync.first": { summaries: Record<string, readonly object[]>; preferences: Record<string, unknown> };
  /** Collections with provisional rows: no pull from the start has passed them yet. */
  "sync.provisional": string[];
  /** The server's limits, of its last initial snapshot. */
  "sync.limits": SyncInitResponse["limits"];
  /** When they were last read again, in milliseconds since 1970. */
  "sync.limitsReadAt": number;
  /** Collections that the application keeps on this device. */
  "sync.excluded": string[];
  /** Collections that the server doesn't know, by its last answer. */
  "sync.unknown": string[];
}

/** Values of the device's database. */
export interface DeviceState {
  auth: {
    user: User | null;
    /** Changes whenever the browser's cookie may have: a tab that was confirmed under another stamp asks the server again. */
    stamp: string | null;
    /** A sign-out that the server hasn't received yet. */
    signOutPending: boolean;
  };
  /** What the server last answered about the signed-in user, for all tabs: one of them asks. */
  answer: {
    id: string;
    /** Of the `auth` value that the answer is about. */
    stamp: string | null;
    /** `unreached`: the server wasn't reached. `unknown`: it couldn't tell. */
    result: "signed-in" | "signed-out" | "unreached" | "unknown";
  };
  simulateOffline: boolean;
  /** The secret of a sign-in at a provider that is under way, in token mode. */
  signInVerifier: string | null;
}

/** Typed access to one `appState` table, inside a transaction as well as outside. */
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

  /** Runs `work` in one transaction. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#table.db.transaction("rw", this.#table, async () => work());
  }

  /** Writes all values in one transaction. */
  async setAll(values: Partial<S>): Promise<void> {
    await this.#table.bulkPut(Object.entries(values).map(([key, value]) => ({ key, value })));
  }
}

/** Ends the pause of the whole queue; with codes, only a pause with one of them. */
export async function clearPause(state: AppState<UserState>, ...codes: Pause["code"][]): Promise<void> {
  const pause = await state.get("sync.pause");
  if (pause && (codes.length === 0 || codes.includes(pause.code))) await state.set("sync.pause", null);
}
