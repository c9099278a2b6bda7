// Collections that the application keeps on this device. Their rows are written like any others, but nothing of them is queued or pulled until they
// are included again.

import { askAbout } from "../conflicts/reconcile";
import { LandfallError } from "../errors";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { enqueueDifference } from "../outbox/enqueue";
import { ownCascade } from "../outbox/own-cascade";
import { AppState, type UserState } from "../store/app-state";
import { entriesOf } from "../store/entries";
import { sameContent } from "../store/merge";
import { isAtServer, markSynced, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row, RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";

/** Removes waiting entries from the queue and marks their rows. Entries in flight are still answered. */
export async function excludeCollection(db: UserDatabase, name: string): Promise<void> {
  const kind = requireKind(db, name);
  await db.transaction("rw", db.tables, async () => {
    await setExcluded(db, (names) => [...names.filter((other) => other !== name), name]);
    const waiting = await db.syncQueue
      .filter(({ collection, number }) => collection === name && number === null)
      .toArray();
    await db.syncQueue.bulkDelete(waiting.map(({ id }) => id));
    for (const { key } of waiting) {
      const open = await db.conflicts.get([name, key]);
      await db.conflicts.delete([name, key]);
      const state = await stateOf(db, kind, key);
      await db.syncRows.put({ ...state, localOnly: 2, ...(open && { asked: open.base }) });
    }
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
    const state = new AppState<UserState>(db.appState);
    const pull = await state.get("sync.pull");
    // The rows of the collection are still to come.
    if (pull) await state.set("sync.pull", { ...pull, complete: false });
    const marked = await db.syncRows
      .where("localOnly")
      .equals(2)
      .and(({ collection }) => collection === name)
      .toArray();
    const rows = await db.rows(kind).bulkGet(marked.map(({ key }) => key));
    const both = marked.map((state, index) => ({ state, row: rows[index] ?? null }));
    const compare = kind.claim?.compare;
    if (compare) both.sort((one, other) => (one.row && other.row ? compare(one.row, other.row) : 0));
    const sent = FAULTS_ENABLED && hasFault("excluded writes forgotten") ? [] : both;
    for (const { state, row } of sent) await queueAgain(db, kind, state, row, clock);
    // A pull from the start has left the collection out: nothing is sent before the rest of it has passed.
    const left = (await state.get("sync.provisional"))?.includes(name);
    if (left && !(await state.get("sync.resync"))) await state.set("sync.resync", { reason: "horizon" });
  });
}

async function queueAgain(
  db: UserDatabase,
  kind: SyncedKind,
  { localOnly: _localOnly, asked, ...state }: RowState,
  row: Row | null,
  clock: Clock,
): Promise<void> {
  const { key, base = null } = state;
  const [inFlight] = await entriesOf(db, kind.name, key);
  const isWaiting = inFlight && inFlight.number === null;
  if (!inFlight && sameContent(kind, row, base)) return markSynced(db, state);
  if (kind.immutable) await db.syncRows.delete([kind.name, key]);
  else await db.syncRows.put({ ...state, base });
  if (isWaiting) return;
  // What was written since an entry in flight was sealed is another entry.
  const create = inFlight ? inFlight.op === "delete" : !isAtServer(state);
  const before = inFlight && inFlight.op === "put" ? (base ?? {}) : base;
  await enqueueDifference(db, kind, key, { row, base: before, create }, toIso(clock.now()));
  if (asked !== undefined) await askAbout(db, kind, key, asked, clock);
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
