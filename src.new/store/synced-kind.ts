// What the sync protocol must know of a kind of rows, and the database that its rows are in. The protocol (outbox, conflicts, sync, guest) asks
// these descriptors and never a kind's name.

import type { Dexie, Table } from "dexie";
import type { ConflictPolicy } from "../types/conflicts";
import type { SyncInitResponse } from "../types/wire";
import type { StoresHistory } from "./schema";
import type { AppStateRow, ConflictRow, MutationBody, OutboxEntry, Row, RowState } from "./tables";

/** A member that holds the key of another row. */
export interface Reference {
  member: string;
  /** The kind of the other row. */
  collection: string;
  /** The server must have the other row first. */
  required: boolean;
  /**
   * What becomes of this row here when the other one is deleted here. "cascade": it is deleted too. "unlink": the member becomes `null`.
   * "unsent": it is deleted too if the server doesn't have it, else it stays until the server has answered. "stay": nothing happens to it.
   */
  onDelete: "cascade" | "unlink" | "unsent" | "stay";
}

/**
 * A kind of rows. All functions run inside the caller's transaction over all tables, and await nothing but Dexie.
 */
export interface SyncedKind {
  /** The collection's name on the wire. */
  name: string;
  /** The table of its rows. */
  table: string;
  /** The member that is the row's key. */
  key: string;
  /** Tables of the kind that the server's document doesn't declare, the oldest version first. */
  stores?: StoresHistory;
  conflictPolicy: ConflictPolicy;
  direction: "both" | "pull-only" | "device-only";
  /** Rows are sent sealed or not at all, so the server's rules are about another form of them. */
  leavesSealed?: boolean;
  /** Members that are unique together. */
  unique: readonly string[];
  references: readonly Reference[];
  /** Members that the server sets. They are never sent and never in conflict. */
  serverMembers: readonly string[];
  /**
   * A write names the revision that it was made from, and the server refuses it with a conflict if the row has another. "puts": a delete names none,
   * and the server takes it whatever it has.
   */
  versioned: boolean | "puts";
  /** A deleted row is kept aside, so that it can be restored offline. */
  restorable: boolean;
  /** "upload": the server gets the row with its file (an entry of type "upload"), and a deleted row never comes back. */
  createdBy: "mutation" | "upload";
  /** The server's rows never change: they are created and deleted. A row has a state only while it is provisional or excluded. */
  immutable: boolean;
  /** Another device's delete is final: local edits of the row are dropped. */
  remoteDeleteWins: boolean;
  /** How many waiting entries of one batch group are sent without waiting for its quiet period; `null`: no number is. */
  flushAt: number | null;
  /** Creates are sent one per request, so many milliseconds apart; 0: together. */
  paceMs: number;

  /** What a put sends. `changed` gives the members in which it differs from the server's row from which it was made; `undefined`: gone. */
  toBody(row: Row, changed: () => readonly [member: string, value: unknown][]): Row;
  /** Entries with the same group share a quiet period. Default: each row is a group. */
  batchGroup?(row: Row): string;
  /** Text that names the row in a list of failed entries. */
  titleOf?(row: Row): unknown;
  /** The key under which this device created the row, where the server gives rows other keys. */
  temporaryKeyOf?(row: Row): string | null | undefined;
  /** The kind's rows in the answer of `GET /api/sync/init`. */
  rowsInSnapshot?(snapshot: SyncInitResponse): readonly object[];
  /** Rows without parts in the same answer. They are no rows here: an edit would lack the parts. */
  summariesIn?(snapshot: SyncInitResponse): readonly object[];
  /** The server has applied an entry. Runs after the row and its state were updated. */
  onAcknowledged?(db: UserDatabase, entry: OutboxEntry, acknowledgement: Acknowledgement): Promise<void>;
  /** A row of the server was stored as the local one, from a pull or a conflict. */
  onRemote?(db: UserDatabase, row: Row): Promise<void>;
  /** The server has deleted the row. `local` is the row as it is here; gives the row that stays here, or `null`. */
  onRemoteDelete?(db: UserDatabase, key: string, local: Row | undefined): Promise<Row | null>;
  /** A waiting change was given up in a conflict, and the server's row is about to replace the local one. */
  onOverruled?(db: UserDatabase, sides: OverruledSides): Promise<void>;
  /** The row leaves this device. */
  onRemoved?(db: UserDatabase, key: string): Promise<void>;
  /** The user has discarded an unsent row, which is gone by now. */
  onDiscarded?(db: UserDatabase, row: Row): Promise<void>;
  /** How the rows of a guest are moved into an account. Default: each is written like a new row. */
  claim?: ClaimRules;
}

/** What the server answered to an applied entry. */
export interface Acknowledgement {
  /** The row's key at the server. */
  key: string;
  revision: number;
}

/** Both sides of a conflict that the server's row has won. `null`: the row is deleted on that side. */
export interface OverruledSides {
  key: string;
  /** What both were made from; `null` where this device doesn't know it. */
  base: Row | null;
  mine: Row | null;
  theirs: Row | null;
  /** RFC 3339 UTC. */
  since: string;
}

export interface ClaimRules {
  /** Kinds with a lower number go first. Default: 0. */
  order: number;
  /** The order of the rows of this kind. */
  compare?(one: Row, other: Row): number;
  /** Writes one row and queues it. `now` is RFC 3339 UTC. */
  put?(db: UserDatabase, kind: SyncedKind, row: Row, now: string): Promise<void>;
  /**
   * Copies what belongs to these rows and is not in them. Runs before the transaction of the claim, outside any transaction. The result writes what
   * belongs to the copy, inside that transaction.
   */
  copy?(
    from: UserDatabase,
    to: UserDatabase,
    ownIndexedDb: boolean,
    keys: readonly string[],
  ): Promise<() => Promise<void>>;
  /** Removes the guest's originals of what was copied, after the claim. */
  remove?(from: UserDatabase, ownIndexedDb: boolean, keys: readonly string[]): Promise<void>;
}

/** The kinds that an application works with, by name, in the order in which their rows are stored. */
export type Kinds = ReadonlyMap<string, SyncedKind>;

/** One user's data on this device. */
export interface UserDatabase extends Dexie {
  readonly kinds: Kinds;
  readonly syncQueue: Table<OutboxEntry, string>;
  readonly syncRows: Table<RowState, [string, string]>;
  readonly conflicts: Table<ConflictRow, [string, string]>;
  readonly appState: Table<AppStateRow, string>;
  /** The rows of a kind. */
  rows(kind: SyncedKind): Table<Row, string>;
  /** Closes it until `resume`, before the browser freezes the tab. */
  suspend(): void;
  resume?(): void;
  /**
   * Asked before an entry gets its number, inside that transaction. `true`: the entry isn't sent, and is stored as it waits. It may change the body.
   */
  hold?(entry: OutboxEntry, body: MutationBody): Promise<boolean>;
}

/** What a kind needs to say nothing about: mutable rows in both directions, created by mutations. */
export const KIND_DEFAULTS = {
  key: "id",
  direction: "both",
  unique: [],
  references: [],
  serverMembers: [],
  versioned: false,
  restorable: false,
  createdBy: "mutation",
  immutable: false,
  remoteDeleteWins: false,
  flushAt: null,
  paceMs: 0,
} as const satisfies Partial<SyncedKind>;
