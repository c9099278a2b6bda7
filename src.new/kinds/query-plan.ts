// A query as data, between its face (query.ts) and what runs it (run-query.ts).

/** A query as data. Without `where` it is about all rows. */
export interface QueryPlan {
  where?: { index: string } & (
    | { values: readonly unknown[] }
    | { low: unknown; high: unknown; includeLow: boolean; includeHigh: boolean }
  );
  order?: string;
  reverse?: boolean;
  limit?: number;
  /** The rows of these keys, in this order; nothing else is set then. */
  keys?: readonly string[];
}
