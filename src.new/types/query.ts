// Queries: rows that an index of their collection finds or sorts.

import type { Observable } from "./observable";

/** The name of an index: a member, or members in brackets such as `[sessionId+position]`. */
export type IndexOf<R> = Extract<keyof R, string> | `[${string}]`;

/** The value of an index in one row: the member's, or a list for several members. */
export type IndexValue<R, I extends IndexOf<R>> = I extends keyof R ? R[I] : readonly unknown[];

/** Whether the ends of a range belong to it. */
export interface Bounds {
  /** Default: true. */
  includeLow?: boolean;
  /** Default: true. */
  includeHigh?: boolean;
}

/** The condition of a query, on one index. Text is compared by its UTF-16 units, with regard to case. */
export interface Where<R, V> {
  /** `null`: the rows without a value. */
  equals(value: V | null): Query<R>;
  /** Rows without a value are in no range. */
  between(low: V, high: V, bounds?: Bounds): Query<R>;
  /** `null` among the values: the rows without a value too. */
  anyOf(values: readonly (V | null)[]): Query<R>;
}

/**
 * Rows of this device. A query is unchanged by its methods: each returns another. Reads reject with InvalidInputError for values that no index holds,
 * NotSignedInError, code `no_index` where the collection declares no such index, or `offline` where the code of queries could not be loaded.
 */
export interface Query<R> {
  /**
   * Sorts by an index. Rows without a value count as the least: the first, or the last after `reverse`. Without this the rows have the order of the
   * index that finds them.
   */
  orderBy(index: IndexOf<R>): Query<R>;
  reverse(): Query<R>;
  /** The first rows only; a whole number. */
  limit(rows: number): Query<R>;
  list(): Promise<R[]>;
  first(): Promise<R | undefined>;
  count(): Promise<number>;
  /**
   * Calls back with one row after the other and waits for what the callback returns. Not all rows are in memory at once. A row that is deleted
   * meanwhile is left out.
   *
   * @example
   * await landfall.collections.interactions.where("conversationId").equals(id).each((row) => file.write(JSON.stringify(row)));
   */
  each(callback: (row: R) => unknown): Promise<void>;
  /** `undefined` until first read. */
  all(): Observable<R[] | undefined>;
  /** `null` for none; `undefined` until first read. */
  liveFirst(): Observable<R | null | undefined>;
  /** `undefined` until first read. */
  liveCount(): Observable<number | undefined>;
}

/** What begins a query. */
export interface Queries<R> {
  /**
   * Finds rows by an index that the collection declares. Another one is refused with code `no_index` and a text that names the index to declare.
   *
   * @example
   * const open = landfall.collections.conversations.where("projectId").equals(project.id).orderBy("updatedAt").reverse();
   * open.limit(20).all().subscribe((rows) => show(rows ?? []));
   */
  where<I extends IndexOf<R>>(index: I): Where<R, IndexValue<R, I>>;
  orderBy(index: IndexOf<R>): Query<R>;
  limit(rows: number): Query<R>;
  count(): Promise<number>;
}
