// Queues what a cascade did to other rows, where no delete reaches the server that would do the same there. Inside the caller's transaction.

import { entriesOf } from "../store/entries";
import { localOnlyOf } from "../store/local-only";
import { sameContent } from "../store/merge";
import { isAtServer, stateOf } from "../store/row-state";
import type { UserDatabase } from "../store/synced-kind";
import type { CascadedRow } from "../store/tables";
import { enqueueDifference } from "./enqueue";

/** The delete with this cascade is not sent: its row was made again, or stays on this device. Each row that it took or unlinked becomes a write of its own. */
export async function ownCascade(db: UserDatabase, cascade: readonly CascadedRow[], now: string): Promise<void> {
  for (const { collection, key, row: before } of cascade) {
    const kind = db.kinds.get(collection);
    const state = kind && (await stateOf(db, kind, key));
    // A waiting entry sends the row as it is by then.
    if (!kind || !state || !isAtServer(state) || (await entriesOf(db, collection, key)).length > 0) continue;
    const base = state.base === undefined ? before : state.base;
    const row = await db.rows(kind).get(key);
    if (sameContent(kind, row, base)) continue;
    const localOnly = await localOnlyOf(db, kind, state.localOnly);
    await db.syncRows.put({ ...state, base, ...(localOnly && { localOnly }) });
    if (!localOnly) await enqueueDifference(db, kind, key, { row, base, create: false }, now);
  }
}
