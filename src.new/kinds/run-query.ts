// Runs queries on the rows of a kind. Loaded on demand (edits.ts).

import { type Collection, cmp, type Table } from "dexie";
import { InvalidInputError, LandfallError } from "../errors";
import { handedOut } from "../store/handed-out";
import { own } from "../store/merge";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { QueryPlan } from "./query-plan";

type Rows = Table<Row, string>;
type Found = Collection<Row, string>;

/** So many rows of `each` are in memory at once. */
const BATCH = 100;

/** What can be read of a query. */
export const reads = {
  async list(db: UserDatabase, kind: SyncedKind, plan: QueryPlan): Promise<Row[]> {
    return handedOut(db).give(kind, await rowsOf(db.rows(kind), kind, plan));
  },

  /** `null` for none. */
  async first(db: UserDatabase, kind: SyncedKind, plan: QueryPlan): Promise<Row | null> {
    const [row] = await reads.list(db, kind, { ...plan, limit: Math.min(limitOf(plan), 1) });
    return row ?? null;
  },

  async count(db: UserDatabase, kind: SyncedKind, plan: QueryPlan): Promise<number> {
    const table = db.rows(kind);
    const { found, unset } = await partsOf(table, kind, plan);
    const all = (found ? await found.count() : 0) + unset.length;
    return Math.min(all, limitOf(plan));
  },

  /** Queries that together have the rows of this one, in its order. */
  async batches(db: UserDatabase, kind: SyncedKind, plan: QueryPlan): Promise<QueryPlan[]> {
    const keys = await keysOf(db.rows(kind), kind, plan);
    return Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, batch) => ({
      keys: keys.slice(batch * BATCH, (batch + 1) * BATCH),
    }));
  },
};

/** Throws LandfallError `no_index`, which names the index to declare. */
export function requireIndex(db: UserDatabase, kind: SyncedKind, index: string): void {
  const { primKey, idxByName } = db.rows(kind).schema;
  if (index === primKey.name || Object.hasOwn(idxByName, index)) return;
  const known = [primKey.name, ...Object.keys(idxByName)].join(", ");
  throw new LandfallError(
    "no_index",
    `${kind.name} has no index on "${index}". Add "${index}" to the INDEXES of ${kind.name} at the server (docs/COLLECTIONS.md), or use one of: ${known}.`,
  );
}

async function rowsOf(table: Rows, kind: SyncedKind, plan: QueryPlan): Promise<Row[]> {
  if (plan.keys) return present(await table.bulkGet([...plan.keys]));
  const limit = limitOf(plan);
  const { found, unset, sorts } = await partsOf(table, kind, plan);
  if (limit === 0) return [];
  const rest = async (count: number) =>
    found && count > 0 ? (count < Infinity ? found.limit(count) : found).toArray() : [];
  if (sorts) {
    const rows = [...present(await table.bulkGet(unset)), ...(await rest(Infinity))];
    return sortedBy(rows, plan.order ?? "", plan.reverse).slice(0, limit);
  }
  // Rows without a value are the least.
  if (plan.reverse) {
    const rows = await rest(limit);
    const missing = unset.reverse().slice(0, limit - rows.length);
    return [...rows, ...present(await table.bulkGet(missing))];
  }
  const rows = present(await table.bulkGet(unset.slice(0, limit)));
  return [...rows, ...(await rest(limit - rows.length))];
}

async function keysOf(table: Rows, kind: SyncedKind, plan: QueryPlan): Promise<string[]> {
  const { found, unset, sorts } = await partsOf(table, kind, plan);
  const rest = found ? await found.primaryKeys() : [];
  let keys = plan.reverse ? [...rest, ...unset.reverse()] : [...unset, ...rest];
  if (sorts) {
    const wanted = new Set(keys);
    const { order = "", reverse = false } = plan;
    keys = (await keysOf(table, kind, { order, reverse })).filter((key) => wanted.has(key));
  }
  return keys.slice(0, limitOf(plan));
}

interface Parts {
  /** In the order of the index. */
  found: Found | null;
  /** The keys of rows without a value in the index, where they belong to the result. */
  unset: string[];
  /** The rows are to be sorted by another index than the one that finds them. */
  sorts: boolean;
}

async function partsOf(table: Rows, kind: SyncedKind, { where, order, reverse = false }: QueryPlan): Promise<Parts> {
  const directed = (found: Found) => (reverse ? found.reverse() : found);
  if (!where) {
    const isKey = order === undefined || order === kind.key;
    const found = isKey ? table.toCollection() : table.orderBy(order);
    return { found: directed(found), unset: isKey ? [] : await unsetKeys(table, order), sorts: false };
  }
  const { index } = where;
  const sorts = order !== undefined && order !== index;
  const clause = table.where(index);
  if (!("values" in where)) {
    const { low, high, includeLow, includeHigh } = where;
    const found = clause.between(checked(low, index), checked(high, index), includeLow, includeHigh);
    return { found: directed(found), unset: [], sorts };
  }
  const values = where.values.filter((value) => value != null).map((value) => checked(value, index));
  const wantsUnset = values.length < where.values.length && index !== kind.key;
  const some = values.length === 1 ? clause.equals(values[0] as string) : clause.anyOf(values as string[]);
  const found = values.length > 0 ? directed(some) : null;
  return { found, unset: wantsUnset ? await unsetKeys(table, index) : [], sorts };
}

/** The keys of rows that aren't in an index. IndexedDB leaves out rows whose member is absent, `null` or a boolean. */
async function unsetKeys(table: Rows, index: string): Promise<string[]> {
  if ((await table.orderBy(index).count()) === (await table.count())) return [];
  const indexed = new Set(await table.orderBy(index).primaryKeys());
  return (await table.toCollection().primaryKeys()).filter((key) => !indexed.has(key));
}

function checked(value: unknown, index: string): unknown {
  const parts = Array.isArray(value) ? value : [value];
  if (parts.every((part) => typeof part === "string" || (typeof part === "number" && !Number.isNaN(part))))
    return value;
  throw new InvalidInputError(`/${index}`, "An index holds text and numbers; a list for an index of several members.");
}

function sortedBy(rows: Row[], index: string, reverse = false): Row[] {
  const members = index.replace(/[[\]]/g, "").split("+");
  const keyedBy = (row: Row) => {
    const values = members.map((member) => own(row, member));
    return values.every((value) => typeof value === "string" || typeof value === "number") ? values : [];
  };
  const keyed = rows.map((row) => ({ row, value: keyedBy(row) }));
  keyed.sort((one, other) => cmp(one.value, other.value));
  if (reverse) keyed.reverse();
  return keyed.map(({ row }) => row);
}

function present(rows: readonly (Row | undefined)[]): Row[] {
  return rows.filter((row) => row !== undefined);
}

function limitOf({ limit = Infinity }: QueryPlan): number {
  if (limit === Infinity || (Number.isInteger(limit) && limit >= 0)) return limit;
  throw new InvalidInputError("/limit", "A limit is a whole number of at least 0.");
}

/** Reads of a query. Throws InvalidInputError, and LandfallError `no_index`. */
export async function runQuery<N extends keyof typeof reads>(
  read: N,
  db: UserDatabase,
  kind: SyncedKind,
  plan: QueryPlan,
): Promise<Awaited<ReturnType<(typeof reads)[N]>>> {
  for (const index of [plan.where?.index, plan.order]) if (index !== undefined) requireIndex(db, kind, index);
  return (await reads[read](db, kind, plan)) as Awaited<ReturnType<(typeof reads)[N]>>;
}
