// Applies a delete to the rows around it on this device, as the server will, and reverts that. Inside the caller's transaction. Nothing of it is
// queued, since the server derives it from the delete.

import { entriesOf, isAtServer, keyOf, rowsReferring, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { CascadedRow, Row } from "../store/tables";
import { enqueue } from "./enqueue";

/** Deletes the parts of a row, recursively, and unlinks other rows from it. Returns all of them as they were. */
export async function cascadeDelete(db: UserDatabase, { name }: SyncedKind, key: string): Promise<CascadedRow[]> {
  const cascade: CascadedRow[] = [];
  for (const kind of db.kinds.values()) {
    for (const { member, collection, onDelete } of kind.references) {
      if (collection !== name || onDelete === "stay") continue;
      for (const row of await rowsReferring(db, kind, member, key)) {
        const referringKey = keyOf(kind, row);
        const { revision } = await stateOf(db, kind, referringKey);
        cascade.push({ collection: kind.name, key: referringKey, revision, row });
        if (onDelete === "unlink") await db.rows(kind).put({ ...row, [member]: null });
        else cascade.push(...(await deletePart(db, kind, row)));
      }
    }
  }
  return cascade;
}

async function deletePart(db: UserDatabase, kind: SyncedKind, row: Row): Promise<CascadedRow[]> {
  const key = keyOf(kind, row);
  await db.rows(kind).delete(key);
  const unsent = (await entriesOf(db, kind.name, key)).filter(
    ({ number, status }) => number === null || status === "failed",
  );
  await db.syncQueue.bulkDelete(unsent.map(({ id }) => id));
  if (kind.restorable) {
    const state = await stateOf(db, kind, key);
    await db.syncRows.put({ ...state, deletedRow: row });
  }
  return cascadeDelete(db, kind, key);
}

/**
 * Reverts a `cascadeDelete`: restores rows that are still gone and links that are still `null`. Rows that were never sent are queued again, and
 * rows that were sent without their link meanwhile.
 */
export async function restoreCascade(db: UserDatabase, cascade: readonly CascadedRow[], now: string): Promise<void> {
  for (const { collection, key, revision, row: before } of cascade) {
    const kind = db.kinds.get(collection);
    if (!kind) continue;
    const current = await db.rows(kind).get(key);
    const state = await stateOf(db, kind, key);
    // The server has deleted it, whatever becomes of this delete.
    if (!current && state.deleted) continue;
    const links = current ? clearedLinks(kind, current, before) : {};
    const row = current ? { ...current, ...links } : before;
    await db.rows(kind).put(row);
    const entries = await entriesOf(db, collection, key);
    const sentWithout = current && Object.keys(links).length > 0 && (entries.length > 0 || state.revision !== revision);
    const unsent = state.revision === 0 || state.base !== undefined || sentWithout;
    // A waiting entry sends the row as it is by then.
    if (!unsent || state.localOnly || entries.some(({ number }) => number === null)) continue;
    await db.syncRows.put({ ...state, base: state.base !== undefined ? state.base : sentWithout ? current : null });
    const create = entries.length > 0 ? entries[0]?.op === "delete" : !isAtServer(state);
    await enqueue(db, kind, { key, op: "put", create, row, now });
  }
}

function clearedLinks({ references }: SyncedKind, current: Row, before: Row): Row {
  const cleared = references.filter(({ member }) => current[member] === null);
  return Object.fromEntries(cleared.map(({ member }) => [member, before[member]]));
}
