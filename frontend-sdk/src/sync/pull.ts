// Stores a page of the server's changes with the cursor behind it, in one transaction. Rows with unsent local edits are not overwritten: they are
// reconciled by their kind's conflict policy.

import { reconcile } from "../conflicts/reconcile";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { AppState, type Resync, type UserState } from "../store/app-state";
import { acceptRemote, rowOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import type { SyncChange, SyncPage } from "../types/wire";
import { endResync, isLost, offerAgain } from "./resync";
import { storeUnknownCollections } from "./unknown-collections";

export async function storeChanges(db: UserDatabase, page: SyncPage, clock: Clock): Promise<void> {
  if (FAULTS_ENABLED && hasFault("cursor saved apart from changes")) await storeCursorAlone(db, page);
  await db.transaction("rw", db.tables, async () => storePage(db, page, clock));
}

/** Stores the page and its cursor, inside the caller's transaction. */
export async function storePage(db: UserDatabase, page: SyncPage, clock: Clock): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  const resync = (await state.get("sync.resync")) ?? null;
  const before = await state.get("sync.pull");
  await storeUnknownCollections(db, page.unknownCollections ?? []);
  await storeRows(db, page.changes, resync, clock);
  if (resync && !page.hasMore) await endResync(db, resync, clock);
  const rows = page.hasMore ? (before?.rows ?? 0) + page.changes.length : 0;
  const complete = !page.hasMore || (before?.complete ?? false);
  await state.set("sync.pull", { cursor: page.cursor, complete, rows });
}

/** A fault for tests: the cursor is saved before the rows. */
export async function storeCursorAlone(db: UserDatabase, { cursor }: SyncPage): Promise<void> {
  await new AppState<UserState>(db.appState).set("sync.pull", { cursor, complete: true, rows: 0 });
}

/** Stores rows of all kinds that this version knows; it asks for no others. */
export async function storeRows(
  db: UserDatabase,
  all: readonly SyncChange[],
  resync: Resync | null,
  clock: Clock,
): Promise<void> {
  for (const kind of db.kinds.values()) {
    const changes = all.filter(({ collection }) => collection === kind.name);
    if (changes.length === 0) continue;
    if (kind.immutable) await storeImmutable(db, kind, changes, resync);
    else await storeMutable(db, kind, changes, resync, clock);
  }
}

async function storeImmutable(
  db: UserDatabase,
  kind: SyncedKind,
  changes: readonly SyncChange[],
  resync: Resync | null,
): Promise<void> {
  const stored = changes.flatMap(({ key, value }) => (value ? [rowOf(kind, key, value)] : []));
  const table = db.rows(kind);
  await table.bulkDelete(changes.filter(({ value }) => !value).map(({ key }) => key));
  await table.bulkPut(stored);
  // A row of this device whose answer was lost is acknowledged by its temporary key. A sealed entry keeps its number until its request is answered.
  const acknowledged = stored.flatMap((row) => {
    const temporary = kind.temporaryKeyOf?.(row);
    return temporary && temporary !== row[kind.key] ? [temporary] : [];
  });
  await table.bulkDelete(acknowledged);
  // Nor does a row wait that another device has offered again after a restore: a discard would remove the server's row.
  const there = [...acknowledged, ...stored.map((row) => String(row[kind.key]))];
  if ((await db.syncQueue.count()) > 0)
    await db.syncQueue
      .where("[collection+key]")
      .anyOf(there.map((key) => [kind.name, key]))
      .and(({ status, number }) => status === "failed" || number === null)
      .delete();
  for (const row of kind.onRemote ? stored : []) await kind.onRemote?.(db, row);
  if (resync) await db.syncRows.bulkPut(changes.map((change) => ({ ...stateFrom(change), seen: resync.id })));
}

async function storeMutable(
  db: UserDatabase,
  kind: SyncedKind,
  changes: readonly SyncChange[],
  resync: Resync | null,
  clock: Clock,
): Promise<void> {
  const keys = changes.map(({ key }): [string, string] => [kind.name, key]);
  const entries = await db.syncQueue.where("[collection+key]").anyOf(keys).toArray();
  const queued = new Set(
    FAULTS_ENABLED && hasFault("newer local edit overwritten") ? [] : entries.map(({ key }) => key),
  );
  const known = await db.syncRows.bulkGet(keys);
  const plain: SyncChange[] = [];
  for (const [index, change] of changes.entries()) {
    const { key, revision, value } = change;
    const state = known[index];
    const row = value ? rowOf(kind, key, value) : null;
    if (resync && isLost(resync, state, change)) await offerAgain(db, kind, change, clock);
    else if (queued.has(key) || state?.localOnly) await reconcile(db, kind, key, { revision, row }, clock);
    else if (!row) await acceptRemote(db, kind, key, { ...state, ...stateFrom(change) }, null);
    else plain.push(change);
  }
  const rows = plain.map(({ key, value }) => rowOf(kind, key, value ?? {}));
  await db.rows(kind).bulkPut(rows);
  await db.syncRows.bulkPut(plain.map(stateFrom));
  for (const row of kind.onRemote ? rows : []) await kind.onRemote?.(db, row);
  if (resync) await db.syncRows.where("[collection+key]").anyOf(keys).modify({ seen: resync.id });
}

function stateFrom({ collection, key, revision, value }: SyncChange): RowState {
  return { collection, key, revision, ...(!value && { deleted: true as const }) };
}
