// Reads and writes what this device knows of a row at the server, inside the caller's transaction.

import { Dexie } from "dexie";
import type { SyncedKind, UserDatabase } from "./synced-kind";
import type { OutboxEntry, Row, RowState } from "./tables";

/** A row that was never at the server has revision 0. */
export async function stateOf(db: UserDatabase, { name }: SyncedKind, key: string): Promise<RowState> {
  return (await db.syncRows.get([name, key])) ?? { collection: name, key, revision: 0 };
}

/** Whether the server has the row, and not as a tombstone. */
export function isAtServer({ revision, deleted }: RowState): boolean {
  return revision > 0 && !deleted;
}

/** Marks the row as the server's: nothing of it is unsent. */
export async function markSynced(
  db: UserDatabase,
  { base: _base, pendingRemote: _pendingRemote, ...state }: RowState,
): Promise<void> {
  await db.conflicts.delete([state.collection, state.key]);
  if (state.revision === 0 && !state.localOnly) await db.syncRows.delete([state.collection, state.key]);
  else await db.syncRows.put(state);
}

/** Stores the server's row as the local one. `row` is `null` for a tombstone. */
export async function acceptRemote(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  state: RowState,
  row: Row | null,
): Promise<void> {
  const local = row ? undefined : await db.rows(kind).get(key);
  const kept = row ? null : ((await kind.onRemoteDelete?.(db, key, local)) ?? null);
  await storeRow(db, kind, key, row ?? kept);
  if (row) await kind.onRemote?.(db, row);
  await markSynced(db, local && kind.restorable ? { ...state, deletedRow: local } : state);
}

/** Puts or removes the local row. */
export async function storeRow(db: UserDatabase, kind: SyncedKind, key: string, row: Row | null): Promise<void> {
  if (row) return void (await db.rows(kind).put(row));
  await db.rows(kind).delete(key);
  await kind.onRemoved?.(db, key);
}

/** The entries of a row, in order: at most one that is sealed or an upload, and at most one that waits. */
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

/** The states of a collection. */
export function statesIn(db: UserDatabase, collection: string): Promise<RowState[]> {
  return db.syncRows
    .where("[collection+key]")
    .between([collection, Dexie.minKey], [collection, Dexie.maxKey])
    .toArray();
}

/** Uploads of this device, in order. */
export async function uploadsIn(db: UserDatabase): Promise<OutboxEntry[]> {
  const uploading = [...db.kinds.values()].filter(({ createdBy }) => createdBy === "upload");
  const entries = await Promise.all(uploading.map(({ name }) => entriesIn(db, name)));
  return entries.flat().filter(({ type }) => type === "upload");
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

/** Rows that have `key` in a member. */
export async function rowsReferring(db: UserDatabase, kind: SyncedKind, member: string, key: string): Promise<Row[]> {
  const table = db.rows(kind);
  // A declared reference may have no index.
  const indexed = member in table.schema.idxByName;
  return indexed ? table.where(member).equals(key).toArray() : table.filter((row) => row[member] === key).toArray();
}

/** A row as its table has it: the wire's value of a collection's row lacks the key. */
export function rowOf({ key: member }: SyncedKind, key: string, value: Row): Row {
  return { ...value, [member]: key };
}

export function keyOf({ key }: SyncedKind, row: Row): string {
  return String(row[key]);
}

/** The name of a row in `needs` and in batch groups: "collection:key". */
export function nameOf(collection: string, key: string): string {
  return `${collection}:${key}`;
}

/** The collection and the key of a name of {@link nameOf}. */
export function ofName(name: string): [collection: string, key: string] {
  const at = name.indexOf(":");
  return [name.slice(0, at), name.slice(at + 1)];
}
