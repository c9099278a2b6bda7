// Deletes many rows of a kind with few requests to IndexedDB. Rows to which others refer, and rows with more than one waiting put, are deleted one by
// one. Loaded on demand (kinds/edits.ts). Inside the caller's transaction.

import { localOnlyOf } from "../store/local-only";
import { isAtServer } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, RowState } from "../store/tables";
import { deleteRow } from "./delete";
import { newEntry, nextOrder } from "./enqueue";
import { isPlainPut, queuedByKey } from "./waiting";

/** `keys` have no duplicates. Those without a row are left out. `now` is RFC 3339 UTC. */
export async function deleteTogether(
  db: UserDatabase,
  kind: SyncedKind,
  keys: readonly string[],
  now: string,
): Promise<void> {
  const isPlain = kind.createdBy === "mutation" && !kind.restorable && !kind.onRemoved && !kind.immutable;
  const rows = await db.rows(kind).bulkGet([...keys]);
  const states = await db.syncRows.bulkGet(keys.map((key): [string, string] => [kind.name, key]));
  const queued = await queuedByKey(db, kind, keys);
  const referred = isPlain ? await referredKeys(db, kind, keys) : new Set(keys);
  const excluded = await localOnlyOf(db, kind, undefined);
  const order = await nextOrder(db, keys.length);
  const [deleted, forgotten, kept, entries]: [string[], string[], RowState[], OutboxEntry[]] = [[], [], [], []];
  for (const [index, key] of keys.entries()) {
    const row = rows[index];
    if (!row) continue;
    const [waiting, ...more] = queued.get(key) ?? [];
    if (referred.has(key) || more.length > 0 || (waiting && !isPlainPut(waiting))) {
      await deleteRow(db, kind, key, now);
      continue;
    }
    const { localOnly: was, ...state }: RowState = states[index] ?? { collection: kind.name, key, revision: 0 };
    const localOnly = was === 1 ? was : excluded;
    deleted.push(key);
    if (waiting) forgotten.push(waiting.id);
    const { base: known, pendingRemote, ...synced } = state;
    const base = known === undefined ? row : known;
    if (isAtServer(state)) kept.push({ ...state, base, ...(localOnly && { localOnly }) });
    // A tombstone of the server is remembered, for a row that is made again.
    else if (state.revision > 0) kept.push(synced);
    if (!isAtServer(state) || localOnly) continue;
    entries.push(newEntry(kind, { key, op: "delete", create: false, row, now }, order + index, []));
  }
  const names = deleted.map((key): [string, string] => [kind.name, key]);
  await db.rows(kind).bulkDelete(deleted);
  await db.conflicts.bulkDelete(names);
  await db.syncQueue.bulkDelete(forgotten);
  await db.syncRows.bulkDelete(names);
  await db.syncRows.bulkPut(kept);
  await db.syncQueue.bulkAdd(entries);
}

/** The keys among these to which another row refers. */
async function referredKeys(db: UserDatabase, { name }: SyncedKind, keys: readonly string[]): Promise<Set<string>> {
  const referred = new Set<string>();
  const wanted = new Set(keys);
  for (const other of db.kinds.values()) {
    for (const { member, collection, onDelete } of other.references) {
      if (collection !== name || onDelete === "stay") continue;
      const table = db.rows(other);
      if (!(member in table.schema.idxByName)) {
        await table.each((row) => void (wanted.has(String(row[member])) && referred.add(String(row[member]))));
        continue;
      }
      for (const key of await table.orderBy(member).uniqueKeys())
        if (wanted.has(String(key))) referred.add(String(key));
    }
  }
  return referred;
}
