// Stores many rows of a kind with few requests to IndexedDB. Rows of which something is sealed or in conflict, and rows that have changed since they
// were handed out, are put one by one. Loaded on demand (kinds/edits.ts). Inside the caller's transaction.

import { newEntry, nextOrder, parentsOf, UNSEALED } from "../outbox/enqueue";
import { unsentFilesIn } from "../outbox/mentions";
import { isPlainPut, queuedByKey } from "../outbox/waiting";
import type { WriteOptions } from "../outbox/write";
import { keyOf, uploadsIn } from "../store/entries";
import { handedOut } from "../store/handed-out";
import { localOnlyOf } from "../store/local-only";
import { sameContent } from "../store/merge";
import { isAtServer } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row, RowState } from "../store/tables";
import { fingerprint } from "../util/hash";

export interface ManyRow {
  /** The object that the application put. Without one the row was made from the row as it is now. */
  input?: Row;
  /** Checked. */
  row: Row;
}

/** Stores and queues what can be stored together, and returns the others. `now` is RFC 3339 UTC. */
export async function storeTogether<M extends ManyRow>(
  db: UserDatabase,
  kind: SyncedKind,
  all: readonly M[],
  now: string,
  options: WriteOptions = {},
): Promise<M[]> {
  const memory = handedOut(db);
  const keys = all.map(({ row }) => keyOf(kind, row));
  const before = await db.rows(kind).bulkGet(keys);
  const states = await db.syncRows.bulkGet(keys.map((key): [string, string] => [kind.name, key]));
  const queued = await queuedByKey(db, kind, keys);
  const localOnly = await localOnlyOf(db, kind, undefined, options.localOnly);
  const hasUploads = (await uploadsIn(db)).length > 0;
  const order = await nextOrder(db, all.length);
  const [rows, newStates, entries, others]: [Row[], RowState[], OutboxEntry[], M[]] = [[], [], [], []];
  const seen = new Set<string>();
  for (const [index, one] of all.entries()) {
    const [{ row, input }, key, current] = [one, keys[index] ?? "", before[index]];
    const state: RowState = states[index] ?? { collection: kind.name, key, revision: 0 };
    const [waiting, ...more] = queued.get(key) ?? [];
    const joins = waiting && more.length === 0 && isPlainPut(waiting) && !sameContent(kind, state.base, row);
    const isPlain = waiting ? joins && state.base !== undefined : state.base === undefined;
    const from = current && input && memory.baseOf(kind, key, input, () => row);
    const changedSince = from && !sameContent(kind, from, current);
    if (seen.has(key) || !isPlain || state.localOnly || (waiting && localOnly) || changedSince) {
      others.push(one);
      continue;
    }
    seen.add(key);
    const base = state.base !== undefined ? state.base : isAtServer(state) ? (current ?? null) : null;
    if (base && sameContent(kind, base, row) && !localOnly) continue;
    rows.push(row);
    newStates.push({ ...state, base, ...(localOnly && { localOnly }) });
    memory.wrote(kind, current, row);
    if (localOnly) continue;
    const needs = [...parentsOf(db, kind, row), ...(hasUploads ? await unsentFilesIn(db, row) : [])];
    const create = !isAtServer(state);
    const change = { ...options, key, op: "put" as const, create, row, now };
    const { notBefore: nextRetryAt = null } = options;
    if (waiting)
      entries.push({ ...waiting, ...UNSEALED, create, needs, cascade: [], payloadHash: fingerprint(row), nextRetryAt });
    else entries.push(newEntry(kind, change, order + index, needs));
  }
  await db.rows(kind).bulkPut(rows);
  await db.syncRows.bulkPut(newStates);
  await db.syncQueue.bulkPut(entries);
  memory.give(kind, rows);
  return others;
}
