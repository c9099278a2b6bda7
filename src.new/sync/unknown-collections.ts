// Collections that this version knows and the server doesn't, as with a newer application on an older server. Their rows stay on this device and in
// the queue; everything else syncs. Each answer of a pull names them, so a server that was upgraded gets them with the next one.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { UNSEALED } from "../outbox/enqueue";
import { AppState, type UserState } from "../store/app-state";
import { changeRows } from "../store/change-rows";
import type { UserDatabase } from "../store/synced-kind";

/** Stores the names of an answer, inside the caller's transaction. Entries that were parked for a collection that the server knows by now are sent again. */
export async function storeUnknownCollections(db: UserDatabase, unknown: readonly string[]): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  const before = (await state.get("sync.unknown")) ?? [];
  if (before.join() === unknown.join()) return;
  await state.set("sync.unknown", [...unknown]);
  const learned = before.filter((name) => !unknown.includes(name));
  if (learned.length === 0) return;
  if (FAULTS_ENABLED && hasFault("parked for an unknown collection forever")) return;
  const parked = db.syncQueue
    .where("status")
    .equals("failed")
    .and(({ collection, error }) => error?.code === "unknown_collection" && learned.includes(collection));
  await changeRows(db.syncQueue, parked, { ...UNSEALED, nextRetryAt: null });
}
