// What this device knows of a row at the server: reading and writing it, inside the caller's transaction. It knows no rule of syncing.

import Dexie from "dexie";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry, Row, RowState } from "../db/device-tables";
import type { Definition } from "./definition";

/** A row that the server was never heard of has revision 0. */
export async function stateOf(db: UserDatabase, { name }: Definition, key: string): Promise<RowState> {
  return (await db.syncRows.get([name, key])) ?? { collection: name, key, revision: 0 };
}

/** The server has the row, and not as a tombstone. */
export function isAtServer({ revision, deleted }: RowState): boolean {
  return revision > 0 && !deleted;
}

/** Nothing is unsent any more: the row is the server's. */
export async function settleState(db: UserDatabase, { base: _base, unmet: _unmet, ...state }: RowState): Promise<void> {
  await db.conflicts.delete([state.collection, state.key]);
  if (state.revision === 0 && !state.localOnly) await db.syncRows.delete([state.collection, state.key]);
  else await db.syncRows.put(state);
}

/** The entries of a row, in order: one that was frozen, and at most one that was written since. */
export async function entriesOf(db: UserDatabase, collection: string, key: string): Promise<OutboxEntry[]> {
  return db.syncQueue.where("[collection+key]").equals([collection, key]).sortBy("order");
}

/** The entries of a collection, in order. */
export async function entriesIn(db: UserDatabase, collection: string): Promise<OutboxEntry[]> {
  return db.syncQueue
    .where("[collection+key]")
    .between([collection, Dexie.minKey], [collection, Dexie.maxKey])
    .sortBy("order");
}

export function groupByKey(entries: readonly OutboxEntry[]): Map<string, OutboxEntry[]> {
  const byKey = new Map<string, OutboxEntry[]>();
  for (const entry of entries) {
    const group = byKey.get(entry.key);
    if (group) group.push(entry);
    else byKey.set(entry.key, [entry]);
  }
  return byKey;
}

/** Puts or removes the local row. A file's bytes go with its row. */
export async function storeRow(db: UserDatabase, definition: Definition, key: string, row: Row | null): Promise<void> {
  if (row) return void (await db.rows(definition).put(row));
  await db.rows(definition).delete(key);
  if (definition.uploads) await db.assets.delete(key);
}

/** Rows that have `key` in a member. */
export async function rowsReferring(
  db: UserDatabase,
  definition: Definition,
  member: string,
  key: string,
): Promise<Row[]> {
  const table = db.rows(definition);
  // A member that somebody declares without an index is found the long way.
  const indexed = member in table.schema.idxByName;
  return indexed ? table.where(member).equals(key).toArray() : table.filter((row) => row[member] === key).toArray();
}

/** A row as the table has it: what the server sends of a collection's row lacks its key. */
export function rowOf({ key: member }: Definition, key: string, value: Row): Row {
  return { ...value, [member]: key };
}

export function keyOf({ key }: Definition, row: Row): string {
  return String(row[key]);
}

/** How a row is named in `needs` and among the rows that stay here. */
export function nameOf(collection: string, key: string): string {
  return `${collection}:${key}`;
}
