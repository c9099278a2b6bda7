// Rows of declared collections.

import type { GeneratedTables, generatedCollections } from "../generated/tables.gen";
import type { Observable } from "./observable";
import type { RowSync } from "./rows";

export interface PutOptions {
  /** Keeps the row on this device; `false` lets it sync. Default: as it is. */
  localOnly?: boolean;
}

/**
 * Rows of one kind. A write is in IndexedDB when its promise resolves, and none waits for the network. Writes reject with InvalidInputError,
 * StorageFullError, NotSignedInError, or code `read_only` for a collection that is pulled only.
 */
export interface Collection<R> {
  /**
   * Stores the row as a whole. The application chooses its key (`newId()` makes one).
   *
   * @example
   * await landfall.collections.settings.put({ key: "theme", value: "dark" });
   */
  put(row: R, options?: PutOptions): Promise<R>;
  get(key: string): Promise<R | undefined>;
  list(): Promise<R[]>;
  /** Deletes the row with its parts; rows that only refer to it are unlinked. Does nothing if there is no such row. */
  delete(key: string): Promise<void>;
  /** `undefined` until first read. */
  all(): Observable<R[] | undefined>;
  /** The sync states of rows that aren't synced, by key; `undefined` until first read. */
  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined>;
}

/** The names of the declared collections. */
export type CollectionName = keyof typeof generatedCollections;
type TableOf<N extends CollectionName> = (typeof generatedCollections)[N]["table"];
/** A row of a declared collection. */
export type RowOf<N extends CollectionName> = GeneratedTables[TableOf<N>]["row"];

/** One face for each collection that the server declares, with the type of its rows. */
export type Collections = { readonly [N in CollectionName]: Collection<RowOf<N>> };
