// Stores many rows of a kind with few requests to IndexedDB. Rows with something unsent, and rows that have changed since they were handed out, are
// put one by one. Loaded on demand (kinds/edits.ts). Inside the caller's transaction.

import { newEntry, nextOrder, parentsOf } from "../outbox/enqueue";
import { unsentFilesIn } from "../outbox/mentions";
import type { WriteOptions } from "../outbox/write";
import { handedOut } from "../store/handed-out";
import { localOnlyOf } from "../store/local-only";
import { sameContent } from "../store/merge";
import { isAtServer, keyOf, uploadsIn } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row, RowState } from "../store/tables";

export interface ManyRow {
  /** The object that the application put. */
  input: Row;
  /** Checked. */
  row: Row;
}

/** Stores and queues what can be stored together, and returns the others. `now` is RFC 3339 UTC. */
export async function putTogether(
  db: UserDatabase,
  kind: SyncedKind,
  all: readonly ManyRow[],
  now: string,
  options: WriteOptions = {},
): Promise<ManyRow[]> {
  const memory = handedOut(db);
  const keys = all.map(({ row }) => keyOf(kind, row));
  const names = keys.map((key): [string, string] => [kind.name, key]);
  const before = await db.rows(kind).bulkGet(keys);
  const states = await db.syncRows.bulkGet(names);
  const queued = new Set((await db.syncQueue.count()) > 0 ? await queuedKeys(db, kind, names) : []);
  const localOnly = await localOnlyOf(db, kind, undefined, options.localOnly);
  const hasUploads = (await uploadsIn(db)).length > 0;
  const order = await nextOrder(db, all.length);
  const [rows, newStates, entries, others]: [Row[], RowState[], OutboxEntry[], ManyRow[]] = [[], [], [], []];
  const seen = new Set<string>();
  for (const [index, one] of all.entries()) {
    const [{ row, input }, key, current] = [one, keys[index] ?? "", before[index]];
    const state: RowState = states[index] ?? { collection: kind.name, key, revision: 0 };
    const from = current && memory.baseOf(kind, key, input, () => row);
    const changedSince = from && !sameContent(kind, from, current);
    if (seen.has(key) || queued.has(key) || state.localOnly || state.base !== undefined || changedSince) {
      others.push(one);
      continue;
    }
    seen.add(key);
    const base = isAtServer(state) ? (current ?? null) : null;
    if (base && sameContent(kind, base, row) && !localOnly) continue;
    rows.push(row);
    newStates.push({ ...state, base, ...(localOnly && { localOnly }) });
    memory.wrote(kind, current, row);
    if (localOnly) continue;
    const needs = [...parentsOf(db, kind, row), ...(hasUploads ? await unsentFilesIn(db, row) : [])];
    const change = { ...options, key, op: "put" as const, create: !isAtServer(state), row, now };
    entries.push(newEntry(kind, change, order + index, needs));
  }
  await db.rows(kind).bulkPut(rows);
  await db.syncRows.bulkPut(newStates);
  await db.syncQueue.bulkAdd(entries);
  memory.give(kind, rows);
  return others;
}

async function queuedKeys(db: UserDatabase, { name }: SyncedKind, names: [string, string][]): Promise<string[]> {
  const entries = await db.syncQueue.where("[collection+key]").anyOf(names).toArray();
  return entries.filter(({ collection }) => collection === name).map(({ key }) => key);
}
