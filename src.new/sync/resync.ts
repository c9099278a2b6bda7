// Pulls everything again from the start, after the server refused the cursor. Unsent work is kept. The progress is in the database (`sync.pull`, and
// the rows that are provisional), so that a crash continues where it was.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { UNSEALED } from "../outbox/enqueue";
import { rotateClient } from "../outbox/seal";
import { AppState, type Resync, type UserState } from "../store/app-state";
import { changeRows } from "../store/change-rows";
import type { UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import { markProvisional } from "./provisional";

/** Begins a resync. After a restore ("epoch") mutations get a new client name, since the old one's numbers mean nothing to the server. */
export async function beginResync(db: UserDatabase, reason: Resync["reason"]): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    const state = new AppState<UserState>(db.appState);
    await state.set("sync.resync", { reason });
    await state.set("sync.pull", { cursor: null, complete: false, rows: 0 });
    await markProvisional(db, reason === "epoch" ? 2 : 1);
    if (FAULTS_ENABLED && hasFault("unsent work forgotten on resync")) await db.syncQueue.clear();
    if (reason === "horizon") return;
    const sealed = db.syncQueue.filter(({ number }) => number !== null);
    await changeRows(
      db.syncQueue,
      sealed,
      ({ status, error }): Partial<OutboxEntry> => ({
        ...UNSEALED,
        status: status === "failed" ? "failed" : "pending",
        error,
      }),
    );
    await rotateClient(db);
  });
}
