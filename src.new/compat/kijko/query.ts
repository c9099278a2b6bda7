// Queries in Dexie's words over rows that are read as a whole, for tables that have few of them.

import { cmp } from "dexie";

/** What a query is known to need; a table may read less because of it. */
export interface Narrowed {
  index: string;
  lower: unknown;
  upper: unknown;
}

/** How a table is read: its rows, and a single one of them as a whole. */
export interface Reads<R> {
  all(narrowed?: Narrowed): Promise<R[]>;
  whole(row: R): Promise<R>;
}

/** A value by which rows are found and ordered: a member, or several as "[one+other]". `undefined` where a row has none. */
function keyIn<R>(row: R, index: string): unknown {
  const members = row as Record<string, unknown>;
  if (!index.startsWith("[")) return members[index] ?? undefined;
  const parts = index.slice(1, -1).split("+");
  const values = parts.map((part) => members[part]);
  return values.some((value) => value === undefined || value === null) ? undefined : values;
}

export class Query<R> {
  readonly #read: () => Promise<R[]>;
  readonly #whole: Reads<R>["whole"];

  constructor(read: () => Promise<R[]>, whole: Reads<R>["whole"]) {
    this.#read = read;
    this.#whole = whole;
  }

  /** Only rows for which `test` is true. */
  filter(test: (row: R) => boolean): Query<R> {
    return this.#then((rows) => rows.filter(test));
  }

  and(test: (row: R) => boolean): Query<R> {
    return this.filter(test);
  }

  reverse(): Query<R> {
    return this.#then((rows) => rows.reverse());
  }

  offset(rows: number): Query<R> {
    return this.#then((all) => all.slice(rows));
  }

  limit(rows: number): Query<R> {
    return this.#then((all) => all.slice(0, rows));
  }

  toArray(): Promise<R[]> {
    return this.#read();
  }

  async sortBy(member: string): Promise<R[]> {
    return sorted(await this.#read(), member);
  }

  async first(): Promise<R | undefined> {
    return this.#single((await this.#read())[0]);
  }

  async last(): Promise<R | undefined> {
    return this.#single((await this.#read()).at(-1));
  }

  async count(): Promise<number> {
    return (await this.#read()).length;
  }

  async each(callback: (row: R) => unknown): Promise<void> {
    for (const row of await this.#read()) callback(row);
  }

  #then(change: (rows: R[]) => R[]): Query<R> {
    return new Query(async () => change(await this.#read()), this.#whole);
  }

  async #single(row: R | undefined): Promise<R | undefined> {
    return row && this.#whole(row);
  }
}

export class WhereClause<R> {
  readonly #index: string;
  readonly #reads: Reads<R>;

  constructor(index: string, reads: Reads<R>) {
    this.#index = index;
    this.#reads = reads;
  }

  equals(value: unknown): Query<R> {
    return this.between(value, value, true, true);
  }

  anyOf(values: readonly unknown[]): Query<R> {
    return this.#where((value) => values.some((one) => cmp(value, one) === 0));
  }

  above(value: unknown): Query<R> {
    return this.#where((one) => cmp(one, value) > 0);
  }

  aboveOrEqual(value: unknown): Query<R> {
    return this.#where((one) => cmp(one, value) >= 0);
  }

  below(value: unknown): Query<R> {
    return this.#where((one) => cmp(one, value) < 0);
  }

  belowOrEqual(value: unknown): Query<R> {
    return this.#where((one) => cmp(one, value) <= 0);
  }

  startsWith(text: string): Query<R> {
    return this.#where((value) => typeof value === "string" && value.startsWith(text));
  }

  between(lower: unknown, upper: unknown, includeLower = true, includeUpper = false): Query<R> {
    const test = (value: unknown) => {
      const [low, high] = [cmp(value, lower), cmp(value, upper)];
      return (low > 0 || (includeLower && low === 0)) && (high < 0 || (includeUpper && high === 0));
    };
    return this.#where(test, { index: this.#index, lower, upper });
  }

  #where(test: (value: unknown) => boolean, narrowed?: Narrowed): Query<R> {
    const [index, { all, whole }] = [this.#index, this.#reads];
    return new Query(async () => {
      const found = (await all(narrowed)).filter((row) => test(keyIn(row, index)));
      return sorted(found, index);
    }, whole);
  }
}

/** The rows that have a value, in its order. */
export function orderedBy<R>(index: string, { all, whole }: Reads<R>): Query<R> {
  return new Query(async () => sorted(await all(), index), whole);
}

function sorted<R>(rows: R[], index: string): R[] {
  const having = rows.filter((row) => keyIn(row, index) !== undefined);
  return having.sort((one, other) => cmp(keyIn(one, index), keyIn(other, index)));
}
