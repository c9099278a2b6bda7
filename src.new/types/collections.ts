// Rows of declared collections.

import type { GeneratedTables, generatedCollections } from "../generated/tables.gen";
import type { Observable } from "./observable";
import type { Queries } from "./query";
import type { RowSync } from "./rows";

export interface PutOptions {
  /** Keeps the row on this device; `false` lets it sync. Default: as it is. */
  localOnly?: boolean;
}

/** Changes of one row, for `updateMany`. */
export interface RowChanges<R> {
  key: string;
  /** The members to change. Members that are `undefined` are left out; `null` is a value. */
  changes: Partial<R>;
  /** Members to take out of the row. */
  remove?: readonly Extract<keyof R, string>[];
}

/**
 * Rows of one kind. A write is in IndexedDB when its promise resolves, and none waits for the network. Writes reject with InvalidInputError,
 * StorageFullError, NotSignedInError, or code `read_only` for a collection that is pulled only.
 */
export interface Collection<R> extends Queries<R> {
  /**
   * Stores the row. The application chooses its key (`newId()` makes one). Of a row that this client handed out, or a copy of it, the members that
   * differ from the row as it was handed out are written: an edit that another device made meanwhile stays, and the conflict policy decides about a
   * member that both changed. Returns the row as it is stored.
   *
   * @example
   * await landfall.collections.settings.put({ key: "theme", value: "dark" });
   */
  put(row: R, options?: PutOptions): Promise<R>;
  /**
   * Stores many rows in one transaction: all or none. An error about a row has the row's index at the start of its pointers.
   *
   * @example
   * await landfall.collections.tags.putMany(names.map((name) => ({ id: newId(), name })));
   */
  putMany(rows: readonly R[], options?: PutOptions): Promise<R[]>;
  /**
   * Changes the named members of the row as it is now. No other member is touched or sent as changed, so another device's edits of them stay.
   * Members that are `undefined` are left out; `null` is a value. Returns the whole row. Rejects with code `not_found` if this device has no such
   * row.
   *
   * @example
   * await landfall.collections.rules.update(rule.id, { content: "Answer in one sentence." });
   */
  update(key: string, changes: Partial<R>): Promise<R>;
  /**
   * Changes rows in one transaction: all or none. Returns the whole rows in the order of the changes. Rejects like `update`; an error about a change has
   * its index at the start of its pointers.
   *
   * @example
   * await landfall.collections.conversations.updateMany(ids.map((key) => ({ key, changes: { projectId: null } })));
   */
  updateMany(all: readonly RowChanges<R>[]): Promise<R[]>;
  get(key: string): Promise<R | undefined>;
  list(): Promise<R[]>;
  /** Deletes the row with its parts; rows that only refer to it are unlinked. Does nothing if there is no such row. */
  delete(key: string): Promise<void>;
  /** Deletes rows in one transaction, each like `delete`. */
  deleteMany(keys: readonly string[]): Promise<void>;
  /** `undefined` until first read. */
  all(): Observable<R[] | undefined>;
  /** The sync states of rows that aren't synced, by key; `undefined` until first read. */
  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined>;
}

/** The names of the declared collections. */
export type CollectionName = keyof typeof generatedCollections;
type TableOf<N extends CollectionName> = (typeof generatedCollections)[N] extends {
  table: infer T extends keyof GeneratedTables;
}
  ? T
  : N;
/** The declared members. The server's document also allows any other member, which would let every typing mistake pass. */
type Declared<R> = { [K in keyof R as string extends K ? never : K]: R[K] };

/**
 * Members of your own in the rows of collections. The server keeps them as they are. Declare them once, so that a typing mistake is an error:
 *
 * @example
 * declare module "@landfall/client" {
 *   interface RowMembers {
 *     tags: { colour?: string };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add to it.
export interface RowMembers {}

/** A row of a declared collection. */
export type RowOf<N extends CollectionName> = Declared<GeneratedTables[TableOf<N>]["row"]> &
  (N extends keyof RowMembers ? RowMembers[N] : unknown);

/** One face for each collection that the server declares, with the type of its rows. */
export type Collections = { readonly [N in CollectionName]: Collection<RowOf<N>> };
