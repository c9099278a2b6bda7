// Pulls everything again from the start, after the server refused the cursor. Unsent work is kept. The progress is stored in `sync.resync`, so that
// a crash continues where it was.

import { reconcile } from "../conflicts/reconcile";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { enqueue, enqueueDifference, UNSEALED } from "../outbox/enqueue";
import { rotateClient } from "../outbox/seal";
import { AppState, type Resync, type UserState } from "../store/app-state";
import { sameContent } from "../store/merge";
import { acceptRemote, entriesIn, entriesOf, keyOf, markSynced, rowOf, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row, RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import type { SyncChange } from "../types/wire";
import { toIso } from "../util/clock";
import { newId } from "../util/ids";

/** Begins a resync. After a restore ("epoch") mutations get a new client name, since the old one's numbers mean nothing to the server. */
export async function beginResync(db: UserDatabase, reason: Resync["reason"]): Promise<void> {
  await db.transaction("rw", db.syncQueue, db.appState, async () => {
    const state = new AppState<UserState>(db.appState);
    await state.set("sync.resync", { id: newId(), reason });
    await state.set("sync.pull", { cursor: null, complete: false, rows: 0 });
    if (FAULTS_ENABLED && hasFault("unsent work forgotten on resync")) await db.syncQueue.clear();
    if (reason === "horizon") return;
    await db.syncQueue
      .filter(({ number }) => number !== null)
      .modify((entry) => {
        Object.assign(entry, {
          ...UNSEALED,
          status: entry.status === "failed" ? "failed" : "pending",
          error: entry.error,
        });
      });
    await rotateClient(db);
  });
}

/** Whether the restored server has an older row than this device. */
export function isLost({ id, reason }: Resync, known: RowState | undefined, { revision }: SyncChange): boolean {
  if (FAULTS_ENABLED && hasFault("nothing offered after a restore")) return false;
  return reason === "epoch" && known !== undefined && known.seen !== id && known.revision > revision;
}

/** Puts (or deletes) the local row again on top of the server's older one. Inside the caller's transaction. */
export async function offerAgain(
  db: UserDatabase,
  kind: SyncedKind,
  { key, revision, value }: SyncChange,
  clock: Clock,
): Promise<void> {
  const { deleted, ...known } = await stateOf(db, kind, key);
  const base = value ? rowOf(kind, key, value) : null;
  const state: RowState = { ...known, revision, base, ...(!value && { deleted: true as const }) };
  const row = await db.rows(kind).get(key);
  const queued = (await entriesOf(db, kind.name, key)).length > 0;
  await db.syncRows.put(state);
  if (queued || state.localOnly) return;
  // Another device has offered the same row already.
  if (sameContent(kind, row, base)) return acceptRemote(db, kind, key, state, base);
  if (!row && !deleted) return markSynced(db, state);
  await enqueueDifference(db, kind, key, { row, base, create: !base }, toIso(clock.now()));
}

/** The last page is stored: rows that no page named are deleted here or, after a restore, offered again. Inside the caller's transaction. */
export async function endResync(db: UserDatabase, resync: Resync, clock: Clock): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  const untouched = [...((await state.get("sync.excluded")) ?? []), ...((await state.get("sync.unknown")) ?? [])];
  for (const kind of db.kinds.values()) {
    if (kind.direction === "device-only" || untouched.includes(kind.name)) continue;
    const states = await db.syncRows
      .where("[collection+key]")
      .between([kind.name, ""], [kind.name, "\uffff"])
      .toArray();
    const seen = new Set(states.filter((one) => one.seen === resync.id).map(({ key }) => key));
    const queued = new Set((await entriesIn(db, kind.name)).map(({ key }) => key));
    const known = new Map(states.map((one) => [one.key, one]));
    for (const row of await db.rows(kind).toArray()) {
      const key = keyOf(kind, row);
      if (!seen.has(key)) await storeMissing(db, kind, key, row, known.get(key), queued.has(key), resync, clock);
    }
    if (kind.immutable) await db.syncRows.bulkDelete(states.map(({ key }) => [kind.name, key]));
    else await forgetStates(db, states, seen, queued);
  }
  await state.set("sync.resync", null);
}

async function storeMissing(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  row: Row,
  known: RowState | undefined,
  queued: boolean,
  { reason }: Resync,
  clock: Clock,
): Promise<void> {
  if (known?.localOnly) return;
  const created = queued && (known?.revision ?? 0) === 0;
  if (created) return;
  if (queued) {
    // The answer to the edit says that the row is gone, and the conflict policy decides.
    if (reason === "epoch") await recreate(db, kind, key);
    // No answer would: an upload brings a deleted file back, and an edit that was parked is never answered.
    else if (kind.remoteDeleteWins)
      await reconcile(db, kind, key, { revision: known?.revision ?? 0, row: null }, clock, true);
    // Nor of an edit in an open conflict: the server's side of the conflict is gone.
    else if (await db.conflicts.get([kind.name, key]))
      await reconcile(db, kind, key, { revision: 0, row: null }, clock, true);
    return;
  }
  if (reason === "horizon" || (FAULTS_ENABLED && hasFault("nothing offered after a restore"))) {
    if (kind.immutable) return db.rows(kind).delete(key);
    return acceptRemote(db, kind, key, known ?? { collection: kind.name, key, revision: 0 }, null);
  }
  if (!kind.immutable) await db.syncRows.put({ collection: kind.name, key, revision: 0, base: null });
  await enqueue(db, kind, { key, op: "put", create: true, row, now: toIso(clock.now()) });
}

/** After a restore, an edit of a row that the server lost creates it. */
async function recreate(db: UserDatabase, kind: SyncedKind, key: string): Promise<void> {
  if (kind.immutable) return;
  await db.syncRows.put({ collection: kind.name, key, revision: 0, base: null });
  await db.syncQueue.where("[collection+key]").equals([kind.name, key]).modify({ create: true });
}

/** Removes the states of rows that are gone, and the marks of the others. */
async function forgetStates(
  db: UserDatabase,
  states: readonly RowState[],
  seen: ReadonlySet<string>,
  queued: ReadonlySet<string>,
): Promise<void> {
  const kept = states.filter(({ key, localOnly }) => seen.has(key) || queued.has(key) || localOnly);
  const gone = states.filter((state) => !kept.includes(state));
  const current = await db.syncRows.bulkGet(gone.map(({ collection, key }) => [collection, key]));
  // A row that was offered again just now has a new state.
  const dead = gone.filter((_state, index) => current[index]?.base === undefined);
  await db.syncRows.bulkDelete(dead.map(({ collection, key }) => [collection, key]));
  const marked = (await db.syncRows.bulkGet(kept.map(({ collection, key }) => [collection, key]))).flatMap(
    (state) => state ?? [],
  );
  await db.syncRows.bulkPut(marked.map(({ seen: _seen, ...state }) => state));
}
