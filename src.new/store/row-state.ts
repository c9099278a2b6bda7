// Reads and writes what this device knows of a row at the server, inside the caller's transaction.

import { Dexie } from "dexie";
import type { SyncedKind, UserDatabase } from "./synced-kind";
import type { Row, RowState } from "./tables";

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

/** The states of a collection. */
export function statesIn(db: UserDatabase, collection: string): Promise<RowState[]> {
  return db.syncRows
    .where("[collection+key]")
    .between([collection, Dexie.minKey], [collection, Dexie.maxKey])
    .toArray();
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

/** The collection and the key of a name of {@link nameOf}. */
export function ofName(name: string): [collection: string, key: string] {
  const at = name.indexOf(":");
  return [name.slice(0, at), name.slice(at + 1)];
}
