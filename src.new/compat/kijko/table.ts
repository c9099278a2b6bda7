// A table of the document's database in Dexie's words. Reads come from this device; writes go through the client, so that they are sent.

import { LandfallError } from "../../errors";
import type { UserDatabase } from "../../store/synced-kind";
import { type Narrowed, orderedBy, Query, type Reads, WhereClause } from "./query";

/** What a table is made of. `R`: a row as it is read. */
export interface TableRules<R> {
  name: string;
  read(db: UserDatabase, narrowed?: Narrowed): Promise<R[]>;
  get(db: UserDatabase, key: string): Promise<R | undefined>;
  /** A row of `read` with what only a single row has, such as the bytes of a file. */
  whole?(db: UserDatabase, row: R): Promise<R>;
  /** Stores a row that this device doesn't have. `isPut`: it may be a copy of a row that the server has. Resolves with its key. */
  add?(row: Given<R>, isPut: boolean): Promise<string>;
  /** Of a row that this device has. */
  change?(key: string, changes: Given<R>): Promise<void>;
  remove?(key: string): Promise<void>;
}

/** Members that sync keeps. An application may give them, and they are not written. */
const OF_SYNC = ["id", "tempId", "syncedAt", "syncStatus", "revision", "createdAt", "updatedAt", "sessionId"];

/** On a row that was handed out, and on copies of it: the row as it was. A copy that went through JSON has none. */
const BASE = Symbol("base");

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
    const row = await this.#rules.get(await this.#open(), key);
    return row && handOut(row);
  }

  async bulkGet(keys: readonly string[]): Promise<(R | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  where(index: string): WhereClause<R> {
    return new WhereClause(index, this.#reads);
  }

  /** Rows without a value in `index` are left out. */
  orderBy(index: string): Query<R> {
    return orderedBy(index, this.#reads);
  }

  toCollection(): Query<R> {
    return new Query(this.#reads.all, this.#reads.whole);
  }

  filter(test: (row: R) => boolean): Query<R> {
    return this.toCollection().filter(test);
  }

  toArray(): Promise<R[]> {
    return this.toCollection().toArray();
  }

  count(): Promise<number> {
    return this.toCollection().count();
  }

  /**
   * Stores a row and sends it. A row with `syncedAt` or a revision that this table didn't hand out is the server's: it isn't written, since sync brings it by
   * itself. Resolves with the key that the row has.
   */
  add(row: Given<R>): Promise<string> {
    return this.#add(row, false);
  }

  /** Like `add`. Of a row that is here it changes the members that were changed since the table handed the row out, or those that are given. */
  async put(row: Given<R>): Promise<string> {
    const key = keyOf(row);
    const changes = changesOf(row);
    if (!changes) return key;
    if (!key || (await this.get(key)) === undefined) return this.#add(row, true);
    await this.#change(key, changes);
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
    await this.#change(key, changes);
    return 1;
  }

  async #change(key: string, changes: Given<R>): Promise<void> {
    const { name, change } = this.#rules;
    if (change) return change(key, changes);
    const here = (await this.get(key)) as Record<string, unknown> | undefined;
    const isChanged = ([member, value]: [string, unknown]) =>
      !OF_SYNC.includes(member) && !isSame(textOf(value), textOf(here?.[member]));
    if (Object.entries(changes).some(isChanged)) throw readOnly(name, "changed");
  }

  async delete(key: string): Promise<void> {
    if ((await this.get(key)) === undefined) return;
    if (!this.#rules.remove) throw readOnly(this.#rules.name, "deleted");
    await this.#rules.remove(key);
  }

  async #add(row: Given<R>, isPut: boolean): Promise<string> {
    if (!changesOf(row)) return keyOf(row);
    if (!this.#rules.add) throw readOnly(this.#rules.name, "added");
    return this.#rules.add(row, isPut);
  }

  readonly #reads: Reads<R> = {
    all: async (narrowed) => (await this.#rules.read(await this.#open(), narrowed)).map(handOut),
    whole: async (row) => (this.#rules.whole ? handOut(await this.#rules.whole(await this.#open(), row)) : row),
  };
}

function handOut<R>(row: R): R {
  return { ...row, [BASE]: row };
}

/** What a given row changes; `null`: nothing, because it is as it was handed out, or because it is the server's. */
function changesOf<R>(row: Given<R>): Given<R> | null {
  const base = (row as { [BASE]?: Record<string, unknown> })[BASE];
  if (!base) return isServers(row) ? null : row;
  const changed = Object.entries(row).filter(
    ([member, value]) => member !== "syncedAt" && !isSame(value, base[member]),
  );
  return changed.length > 0 ? (Object.fromEntries(changed) as Given<R>) : null;
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Dates are given as Date or text. */
function textOf(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : (value ?? null);
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
