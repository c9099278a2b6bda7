// A table of the document's database in Dexie's words. Reads come from this device; writes go through the client, so that they are sent.

import { LandfallError } from "../../errors";
import type { UserDatabase } from "../../store/synced-kind";
import { type Narrowed, orderedBy, Query, WhereClause } from "./query";

/** What a table is made of. `R`: a row as it is read. */
export interface TableRules<R> {
  name: string;
  read(db: UserDatabase, narrowed?: Narrowed): Promise<R[]>;
  get(db: UserDatabase, key: string): Promise<R | undefined>;
  /** Stores a row that this device doesn't have. `isPut`: it may be a copy of a row that the server has. Resolves with its key. */
  add?(row: Given<R>, isPut: boolean): Promise<string>;
  /** Of a row that this device has. */
  change?(key: string, changes: Given<R>): Promise<void>;
  remove?(key: string): Promise<void>;
}

/** A row as an application gives it: dates as Date or text, and as few members as it likes. */
export type Given<R> = Partial<{ [K in keyof R]: R[K] | (R[K] extends Date ? string : never) | null }>;

export class DocumentTable<R> {
  readonly #rules: TableRules<R>;
  readonly #open: () => Promise<UserDatabase>;

  constructor(rules: TableRules<R>, open: () => Promise<UserDatabase>) {
    this.#rules = rules;
    this.#open = open;
  }

  async get(key: string): Promise<R | undefined> {
    return this.#rules.get(await this.#open(), key);
  }

  async bulkGet(keys: readonly string[]): Promise<(R | undefined)[]> {
    const db = await this.#open();
    return Promise.all(keys.map((key) => this.#rules.get(db, key)));
  }

  where(index: string): WhereClause<R> {
    return new WhereClause(index, this.#read);
  }

  /** Rows without a value in `index` are left out. */
  orderBy(index: string): Query<R> {
    return orderedBy(index, this.#read);
  }

  toCollection(): Query<R> {
    return new Query(this.#read);
  }

  filter(test: (row: R) => boolean): Query<R> {
    return this.toCollection().filter(test);
  }

  toArray(): Promise<R[]> {
    return this.#read();
  }

  count(): Promise<number> {
    return this.toCollection().count();
  }

  /**
   * Stores a row and sends it. A row with `syncedAt` or a revision is the server's: it isn't written, since sync brings it by itself. Resolves with the key that
   * the row has.
   */
  add(row: Given<R>): Promise<string> {
    return this.#add(row, false);
  }

  /** Like `add`. Of a row that is here it changes what differs. */
  async put(row: Given<R>): Promise<string> {
    const key = keyOf(row);
    if (isServers(row)) return key;
    if (!key || (await this.get(key)) === undefined) return this.#add(row, true);
    await this.#rules.change?.(key, row);
    return key;
  }

  async bulkPut(rows: readonly Given<R>[]): Promise<string> {
    let last = "";
    for (const row of rows) last = await this.put(row);
    return last;
  }

  /** Changes members of a row that are the application's; the others are kept by sync. Resolves with the number of rows: 0 or 1. */
  async update(key: string, changes: Given<R>): Promise<number> {
    if ((await this.get(key)) === undefined) return 0;
    await this.#rules.change?.(key, changes);
    return 1;
  }

  async delete(key: string): Promise<void> {
    if ((await this.get(key)) === undefined) return;
    if (!this.#rules.remove) throw readOnly(this.#rules.name, "deleted");
    await this.#rules.remove(key);
  }

  async #add(row: Given<R>, isPut: boolean): Promise<string> {
    if (isServers(row)) return keyOf(row);
    if (!this.#rules.add) throw readOnly(this.#rules.name, "added");
    return this.#rules.add(row, isPut);
  }

  readonly #read = async (narrowed?: Narrowed): Promise<R[]> => this.#rules.read(await this.#open(), narrowed);
}

function keyOf(row: object): string {
  return String((row as { id?: unknown }).id ?? "");
}

function isServers(row: object): boolean {
  const { syncedAt, revision } = row as { syncedAt?: unknown; revision?: unknown };
  return Boolean(syncedAt) || Number(revision ?? 0) > 0;
}

function readOnly(name: string, done: string): LandfallError {
  return new LandfallError("read_only", `Rows of ${name} can't be ${done}: sync keeps them.`);
}
