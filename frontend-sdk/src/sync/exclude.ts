// Collections that the application keeps on this device. Their rows are written like any others, but nothing of them is queued or pulled until they
// are included again.

import { LandfallError } from "../errors";
import { enqueueDifference } from "../outbox/enqueue";
import { ownCascade } from "../outbox/own-cascade";
import { AppState, type UserState } from "../store/app-state";
import { sameContent } from "../store/merge";
import { entriesOf, isAtServer, markSynced } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";

/** Removes waiting entries from the queue and marks their rows. Entries in flight are still answered. */
export async function excludeCollection(db: UserDatabase, name: string): Promise<void> {
  requireKind(db, name);
  await db.transaction("rw", db.tables, async () => {
    await setExcluded(db, (names) => [...names.filter((other) => other !== name), name]);
    const waiting = await db.syncQueue
      .filter(({ collection, number }) => collection === name && number === null)
      .toArray();
    await db.syncQueue.bulkDelete(waiting.map(({ id }) => id));
    for (const { key } of waiting) await db.syncRows.update([name, key], { localOnly: 2 });
    for (const { cascade, queuedAt } of waiting) await ownCascade(db, cascade, queuedAt);
  });
}

/** Queues what was written meanwhile. Throws LandfallError `device_only` or `unknown_collection`. */
export async function includeCollection(db: UserDatabase, name: string, clock: Clock): Promise<void> {
  const kind = requireKind(db, name);
  if (kind.direction === "device-only") {
    throw new LandfallError("device_only", `Rows of ${name} don't leave the device.`);
  }
  await db.transaction("rw", db.tables, async () => {
    await setExcluded(db, (names) => names.filter((other) => other !== name));
    const marked = await db.syncRows
      .where("localOnly")
      .equals(2)
      .and(({ collection }) => collection === name)
      .toArray();
    for (const state of marked) await queueAgain(db, kind, state, toIso(clock.now()));
    // A pull from the start has left the collection out: nothing is sent before the rest of it has passed.
    const state = new AppState<UserState>(db.appState);
    const left = (await state.get("sync.provisional"))?.includes(name);
    if (left && !(await state.get("sync.resync"))) await state.set("sync.resync", { reason: "horizon" });
  });
}

async function queueAgain(
  db: UserDatabase,
  kind: SyncedKind,
  { localOnly: _localOnly, ...state }: RowState,
  now: string,
): Promise<void> {
  const { key, base = null } = state;
  const row = (await db.rows(kind).get(key)) ?? null;
  if (sameContent(kind, row, base)) return markSynced(db, state);
  await db.syncRows.put({ ...state, base });
  if ((await entriesOf(db, kind.name, key)).length > 0) return;
  await enqueueDifference(db, kind, key, { row, base, create: !isAtServer(state) }, now);
}

async function setExcluded(db: UserDatabase, change: (names: string[]) => string[]): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  await state.set("sync.excluded", change((await state.get("sync.excluded")) ?? []));
}

function requireKind(db: UserDatabase, name: string): SyncedKind {
  const kind = db.kinds.get(name);
  if (!kind) throw new LandfallError("unknown_collection", `There is no collection "${name}".`);
  return kind;
}
