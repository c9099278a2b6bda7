// Stores a page of the server's changes with the cursor behind it, in one transaction. Rows with unsent local edits are not overwritten: they are
// reconciled by their kind's conflict policy.

import { reconcileAcross } from "../conflicts/across-epochs";
import { reconcile } from "../conflicts/reconcile";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { AppState, type UserState } from "../store/app-state";
import { withEarlier } from "../store/earlier";
import { sameContent } from "../store/merge";
import { acceptRemote, rowOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row, RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import type { SyncChange, SyncPage } from "../types/wire";
import { exactNumbersOf } from "../util/exact";
import { settleProvisional } from "./provisional";
import { storeUnknownCollections } from "./unknown-collections";

export async function storeChanges(db: UserDatabase, page: SyncPage, clock: Clock): Promise<void> {
  if (FAULTS_ENABLED && hasFault("cursor saved apart from changes")) await storeCursorAlone(db, page);
  await db.transaction("rw", db.tables, async () => storePage(db, page, clock));
}

/** Stores the page and its cursor, inside the caller's transaction. */
export async function storePage(db: UserDatabase, page: SyncPage, clock: Clock): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  const before = await state.get("sync.pull");
  await storeUnknownCollections(db, page.unknownCollections ?? []);
  await storeRows(db, page.changes, clock);
  if (!page.hasMore) await settleProvisional(db, clock);
  const rows = page.hasMore ? (before?.rows ?? 0) + page.changes.length : 0;
  const complete = !page.hasMore || (before?.complete ?? false);
  await state.set("sync.pull", { cursor: page.cursor, complete, rows });
}

/** A fault for tests: the cursor is saved before the rows. */
export async function storeCursorAlone(db: UserDatabase, { cursor }: SyncPage): Promise<void> {
  await new AppState<UserState>(db.appState).set("sync.pull", { cursor, complete: true, rows: 0 });
}

/** Stores rows of all kinds that this version knows; it asks for no others. */
export async function storeRows(db: UserDatabase, all: readonly SyncChange[], clock: Clock): Promise<void> {
  for (const kind of db.kinds.values()) {
    const changes = all.filter(({ collection }) => collection === kind.name);
    if (changes.length === 0) continue;
    if (kind.immutable) await storeImmutable(db, kind, changes);
    else await storeMutable(db, kind, changes, clock);
  }
}

async function storeImmutable(db: UserDatabase, kind: SyncedKind, changes: readonly SyncChange[]): Promise<void> {
  const stored = changes.flatMap(({ key, value }) => (value ? [rowOf(kind, key, value)] : []));
  const table = db.rows(kind);
  await table.bulkDelete(changes.filter(({ value }) => !value).map(({ key }) => key));
  await table.bulkPut(stored);
  for (const row of kind.onRemote ? stored : []) await kind.onRemote?.(db, row);
  // A row that waits has an entry or a state. Usually none does, as in a first sync, where looking for each row would take as long as storing it.
  const states = db.syncRows.where("[collection+key]").between([kind.name], [kind.name, []]);
  const waiting = await db.syncQueue.count();
  if (waiting === 0 && (await states.limit(1).count()) === 0) return;
  // A row of this device whose answer was lost is acknowledged by its temporary key. A sealed entry keeps its number until its request is answered.
  const acknowledged = stored.flatMap((row) => {
    const temporary = kind.temporaryKeyOf?.(row);
    return temporary && temporary !== row[kind.key] ? [temporary] : [];
  });
  await table.bulkDelete(acknowledged);
  // Nor does a row wait that another device has offered again after a restore: a discard would remove the server's row.
  const there = [...acknowledged, ...stored.map((row) => String(row[kind.key]))];
  if (waiting > 0)
    await db.syncQueue
      .where("[collection+key]")
      .anyOf(there.map((key) => [kind.name, key]))
      .and(({ status, number }) => status === "failed" || number === null)
      .delete();
  await db.syncRows.bulkDelete(changes.map(({ key }) => [kind.name, key]));
}

async function storeMutable(
  db: UserDatabase,
  kind: SyncedKind,
  changes: readonly SyncChange[],
  clock: Clock,
): Promise<void> {
  const keys = changes.map(({ key }): [string, string] => [kind.name, key]);
  const entries = await db.syncQueue.where("[collection+key]").anyOf(keys).toArray();
  const queued = new Set(
    FAULTS_ENABLED && hasFault("newer local edit overwritten") ? [] : entries.map(({ key }) => key),
  );
  const known = await db.syncRows.bulkGet(keys);
  const here = known.some((state) => state?.revision) ? await db.rows(kind).bulkGet(changes.map(({ key }) => key)) : [];
  const plain: RowState[] = [];
  const rows: Row[] = [];
  for (const [index, change] of changes.entries()) {
    const { key, revision, value } = change;
    const state = known[index];
    if (state && isOvertaken(state, revision)) continue;
    const mine = here[index];
    const row = value ? rowOf(kind, key, value) : null;
    const isUnsent = queued.has(key) || state?.localOnly;
    const next = { ...stateFrom(change), syncedAt: clock.now(), ...(state && withEarlier(kind, state, mine, row)) };
    const remote = { revision, row, exact: exactNumbersOf(value) };
    const isOtherLife = state?.provisional === 2 && !(FAULTS_ENABLED && hasFault("lives compared by revision"));
    if (isOtherLife && (isUnsent || !sameContent(kind, mine, row))) await reconcileAcross(db, kind, key, remote, clock);
    else if (isUnsent) await reconcile(db, kind, key, remote, clock);
    else if (!row) await acceptRemote(db, kind, key, { deletedRow: state?.deletedRow, ...next }, null);
    else {
      plain.push(next);
      rows.push(row);
    }
  }
  await db.rows(kind).bulkPut(rows);
  await db.syncRows.bulkPut(plain);
  for (const row of kind.onRemote ? rows : []) await kind.onRemote?.(db, row);
}

/** Whether a write of this device was answered after the page was read: the row is newer here. The next page has it. */
function isOvertaken({ revision, provisional, deleted }: RowState, ofPage: number): boolean {
  if (FAULTS_ENABLED && hasFault("lives compared by revision")) return ofPage <= revision;
  return !provisional && !deleted && ofPage < revision;
}

function stateFrom({ collection, key, revision, value }: SyncChange): RowState {
  const exact = exactNumbersOf(value);
  return { collection, key, revision, ...(exact && { exact }), ...(!value && { deleted: true as const }) };
}
