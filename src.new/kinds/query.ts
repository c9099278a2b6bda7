// A query as it is put together. The code that runs it is loaded on demand (run-query.ts).

import type { Row } from "../store/tables";
import type { Observable } from "../types/observable";
import type { Bounds, Query, Where } from "../types/query";
import type { QueryPlan } from "./query-plan";

export type Reads = typeof import("./run-query").reads;

/** What runs queries on the rows of a kind. */
export interface QueryRunner {
  /** Throws LandfallError `no_index`, where the indexes are known by now. */
  checkIndex(index: string): void;
  run<N extends keyof Reads>(read: N, plan: QueryPlan): Promise<Awaited<ReturnType<Reads[N]>>>;
  live<N extends keyof Reads>(read: N, plan: QueryPlan): Observable<Awaited<ReturnType<Reads[N]>> | undefined>;
}

export function where(runner: QueryRunner, index: string): Where<Row, unknown> {
  runner.checkIndex(index);
  const query = (condition: object) => new RowQuery(runner, { where: { index, ...condition } } as QueryPlan);
  return {
    equals: (value) => query({ values: [value] }),
    anyOf: (values) => query({ values: [...values] }),
    between: (low, high, { includeLow = true, includeHigh = true }: Bounds = {}) =>
      query({ low, high, includeLow, includeHigh }),
  };
}

export class RowQuery implements Query<Row> {
  readonly #runner: QueryRunner;
  readonly #plan: QueryPlan;

  constructor(runner: QueryRunner, plan: QueryPlan) {
    this.#runner = runner;
    this.#plan = plan;
  }

  orderBy(order: string): RowQuery {
    this.#runner.checkIndex(order);
    return this.#with({ order });
  }

  reverse(): RowQuery {
    return this.#with({ reverse: !this.#plan.reverse });
  }

  limit(limit: number): RowQuery {
    return this.#with({ limit });
  }

  list(): Promise<Row[]> {
    return this.#runner.run("list", this.#plan);
  }

  async first(): Promise<Row | undefined> {
    return (await this.#runner.run("first", this.#plan)) ?? undefined;
  }

  count(): Promise<number> {
    return this.#runner.run("count", this.#plan);
  }

  async each(callback: (row: Row) => unknown): Promise<void> {
    for (const read of await this.#runner.run("batches", this.#plan)) {
      for (const row of await this.#runner.run("list", read)) await callback(row);
    }
  }

  all(): Observable<Row[] | undefined> {
    return this.#runner.live("list", this.#plan);
  }

  liveFirst(): Observable<Row | null | undefined> {
    return this.#runner.live("first", this.#plan);
  }

  liveCount(): Observable<number | undefined> {
    return this.#runner.live("count", this.#plan);
  }

  #with(more: QueryPlan): RowQuery {
    return new RowQuery(this.#runner, { ...this.#plan, ...more });
  }
}
