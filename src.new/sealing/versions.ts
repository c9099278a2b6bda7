// The versions of one row that this device has: the row, what the server had, and what waits or is in flight.

import { entriesOf } from "../store/entries";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row, RowState } from "../store/tables";
import { exactNumbersOf } from "../util/exact";
import { type Envelope, isEnvelope } from "./envelope";
import { envelopeMember, envelopeOf } from "./split";

/** The envelopes among the versions of a row. */
export async function envelopesOf(db: UserDatabase, kind: SyncedKind, key: string): Promise<Envelope[]> {
  const state = await db.syncRows.get([kind.name, key]);
  const conflict = await db.conflicts.get([kind.name, key]);
  const entries = await entriesOf(db, kind.name, key);
  const versions = [
    await db.rows(kind).get(key),
    ...[state?.base, state?.pendingRemote?.row, state?.deletedRow, conflict?.base],
    ...entries.map(({ body }) => body?.value),
  ];
  return versions.flatMap((row) => envelopeOf(kind.name, row) ?? []);
}

/** Opens the versions of a row, inside the caller's transaction. `open` returns what it can't open as it is. */
export async function openVersions(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  open: (row: Row) => Row,
): Promise<void> {
  const member = envelopeMember(kind.name);
  const opened = (row: Row) => (isEnvelope(row[member]) ? open(row) : row);
  /** Rows have their key, the bodies of entries don't. */
  const withKey = (row: Row): Row => ({ ...opened(row), [kind.key]: key });
  const each = <R extends Row | null | undefined>(row: R): R => (row ? (withKey(row) as R) : row);
  const row = await db.rows(kind).get(key);
  const exact = row && exactNumbersOf(opened(row));
  if (row) await db.rows(kind).put(withKey(row));
  const state = await db.syncRows.get([kind.name, key]);
  if (state)
    await db.syncRows.put(openedState(kind, exact ? { ...state, exact: { ...state.exact, ...exact } } : state, each));
  const conflict = await db.conflicts.get([kind.name, key]);
  if (conflict) await db.conflicts.put({ ...conflict, base: each(conflict.base) });
  for (const entry of await entriesOf(db, kind.name, key)) {
    const value = entry.body?.value;
    if (value) await db.syncQueue.put({ ...entry, body: { ...entry.body, value: opened(value) } });
  }
}

function openedState(
  { name }: SyncedKind,
  { base, pendingRemote, deletedRow, earlier, ...state }: RowState,
  each: <R extends Row | null | undefined>(row: R) => R,
): RowState {
  // The hash of a sealed version is equal to no later one.
  const left = earlier?.filter(({ row }) => !envelopeOf(name, row));
  return {
    ...state,
    ...(base !== undefined && { base: each(base) }),
    ...(pendingRemote && { pendingRemote: { ...pendingRemote, row: each(pendingRemote.row) } }),
    ...(deletedRow && { deletedRow: each(deletedRow) }),
    ...(left && { earlier: left }),
  };
}
