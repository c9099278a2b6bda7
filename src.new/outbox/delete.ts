// Deletes rows and what belongs to them, and reverts that. Inside the caller's transaction.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { entriesOf, keyOf } from "../store/entries";
import { localOnlyOf } from "../store/local-only";
import { isAtServer, markSynced, rowsReferring, stateOf, storeRow } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { CascadedRow, Row, RowState } from "../store/tables";
import { enqueue } from "./enqueue";
import { putRow, removeUpload, waitingEntry } from "./write";

/** Removes a row with its parts, and queues the delete if the server may have the row. `now` is RFC 3339 UTC. */
export async function deleteRow(db: UserDatabase, kind: SyncedKind, key: string, now: string): Promise<void> {
  const row = await db.rows(kind).get(key);
  if (!row) return;
  await storeRow(db, kind, key, null);
  const { localOnly: was, ...known } = await stateOf(db, kind, key);
  const localOnly = await localOnlyOf(db, kind, was);
  const state: RowState = { ...known, ...(kind.restorable && { deletedRow: row }) };
  const waiting = await waitingEntry(db, kind, key);
  if (waiting) await db.syncQueue.delete(waiting.id);
  const upload = await removeUpload(db, kind, key);
  const inFlight = (await entriesOf(db, kind.name, key)).length > 0 || upload?.registered === true;
  const mayBeThere = inFlight || isAtServer(known);
  const cascade = await cascadeDelete(db, kind, key, mayBeThere && !localOnly, now);
  if (!mayBeThere) return markSynced(db, state);
  const base = known.base === undefined ? row : known.base;
  await db.syncRows.put({ ...state, base, ...(localOnly && { localOnly }) });
  if (localOnly) return;
  const conflict = waiting?.error?.kind === "conflict" ? waiting : null;
  if (conflict) await db.syncQueue.add({ ...conflict, op: "delete", needs: [], cascade });
  else await enqueue(db, kind, { key, op: "delete", create: false, row, cascade, now });
}

/**
 * Deletes the parts of a row, recursively, and unlinks other rows from it. Returns all of them as they were. `sent`: the delete of the row is sent,
 * and the server derives the same for the rows that refer to it there. Whatever it would not derive is a write of its own.
 */
async function cascadeDelete(
  db: UserDatabase,
  { name }: SyncedKind,
  key: string,
  sent: boolean,
  now: string,
): Promise<CascadedRow[]> {
  const cascade: CascadedRow[] = [];
  for (const kind of db.kinds.values()) {
    for (const { member, collection, onDelete } of kind.references) {
      if (collection !== name || onDelete === "stay") continue;
      if (onDelete === "unsent") {
        cascade.push(...(await takeUnsent(db, kind, member, key)));
        continue;
      }
      for (const row of await rowsReferring(db, kind, member, key)) {
        const state = await stateOf(db, kind, keyOf(kind, row));
        const inFlight = (await entriesOf(db, kind.name, state.key)).some(({ number }) => number !== null);
        const atServer = isAtServer(state) && (state.base === undefined ? row : state.base);
        const derived = sent && !inFlight && !!atServer && atServer[member] === key;
        const left = FAULTS_ENABLED && hasFault("cascade left to the server");
        const own = (!!atServer || inFlight) && !derived && state.localOnly !== 1 && !left;
        const unlinked = onDelete === "unlink" && { ...row, [member]: null };
        const taken = { collection: kind.name, key: state.key, revision: state.revision, row, ...(own && { own }) };
        if (!own && !unlinked) {
          cascade.push(...(await deletePart(db, kind, taken, derived, now)));
          continue;
        }
        cascade.push(taken);
        if (own && unlinked) await putRow(db, kind, unlinked, now);
        else if (own) await deleteRow(db, kind, state.key, now);
        else if (unlinked) await db.rows(kind).put(unlinked);
      }
    }
  }
  return cascade;
}

/** Returns the part and what belongs to it. */
async function deletePart(
  db: UserDatabase,
  kind: SyncedKind,
  taken: CascadedRow,
  sent: boolean,
  now: string,
): Promise<CascadedRow[]> {
  const { key, row } = taken;
  await db.rows(kind).delete(key);
  const unsent = (await entriesOf(db, kind.name, key)).filter(
    ({ number, status }) => number === null || status === "failed",
  );
  await db.syncQueue.bulkDelete(unsent.map(({ id }) => id));
  const entry = unsent.find(({ error }) => error?.kind === "conflict");
  const conflict = entry && (await db.conflicts.get([kind.name, key]));
  if (conflict) await db.conflicts.delete([kind.name, key]);
  if (kind.restorable) {
    const state = await stateOf(db, kind, key);
    await db.syncRows.put({ ...state, deletedRow: row });
  }
  const part = conflict ? { ...taken, asked: { conflict, entry } } : taken;
  return [part, ...(await cascadeDelete(db, kind, key, sent, now))];
}

/** Takes the waiting rows that refer to a row. One in flight is answered first. */
async function takeUnsent(db: UserDatabase, kind: SyncedKind, member: string, key: string): Promise<CascadedRow[]> {
  const taken: CascadedRow[] = [];
  for (const row of await rowsReferring(db, kind, member, key)) {
    const state = await stateOf(db, kind, keyOf(kind, row));
    const [entry] = await entriesOf(db, kind.name, state.key);
    if (entry ? entry.number !== null && entry.status !== "failed" : !state.localOnly) continue;
    taken.push({ collection: kind.name, key: state.key, revision: 0, row, ...(entry && { order: entry.order }) });
    await db.rows(kind).delete(state.key);
    await db.syncRows.delete([kind.name, state.key]);
    if (entry) await db.syncQueue.delete(entry.id);
  }
  return taken;
}

/** Reverts what a delete did to other rows: restores rows that are still gone and links that are still `null`, and queues what the server lacks of it. */
export async function restoreCascade(db: UserDatabase, cascade: readonly CascadedRow[], now: string): Promise<void> {
  for (const { collection, key, revision, row: before, own, order, asked } of cascade) {
    const kind = db.kinds.get(collection);
    if (!kind) continue;
    const current = await db.rows(kind).get(key);
    const state = await stateOf(db, kind, key);
    if (asked && !current) {
      await db.rows(kind).put(before);
      await db.syncQueue.put(asked.entry);
      await db.conflicts.put(asked.conflict);
      continue;
    }
    // The server has deleted it, whatever becomes of this delete.
    if (!current && state.deleted && !own) continue;
    if (order !== undefined) {
      await db.rows(kind).put(before);
      await enqueue(db, kind, { key, op: "put", create: true, row: before, order, now });
      continue;
    }
    const row = current ? { ...current, ...clearedLinks(kind, current, before) } : before;
    const entries = await entriesOf(db, collection, key);
    for (const entry of entries) if (entry.op === "delete") await restoreCascade(db, entry.cascade, now);
    if (entries.length > 0 || state.base !== undefined || state.revision !== revision || revision === 0)
      await putRow(db, kind, row, now);
    else await db.rows(kind).put(row);
  }
}

function clearedLinks({ references }: SyncedKind, current: Row, before: Row): Row {
  const cleared = references.filter(({ member }) => current[member] === null);
  return Object.fromEntries(cleared.map(({ member }) => [member, before[member]]));
}
