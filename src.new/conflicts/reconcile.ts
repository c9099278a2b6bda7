// Reconciles the server's row with an unsent local one, for pulled rows and for refused writes, inside the caller's transaction. By the kind's
// conflict policy one side is accepted, both are merged, or the user is asked.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { restoreCascade } from "../outbox/delete";
import { UNSEALED } from "../outbox/enqueue";
import { waitingEntry } from "../outbox/write";
import { withEarlier } from "../store/earlier";
import { entriesOf } from "../store/entries";
import { changedMembers, mergeRows, sameContent } from "../store/merge";
import { acceptRemote, stateOf, storeRow } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row, RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import type { ExactNumbers } from "../util/exact";

/** `row` is `null` for a tombstone; with revision 0 the server has nothing. */
export interface RemoteRow {
  revision: number;
  row: Row | null;
  /** The numbers of the row that JavaScript can't hold. */
  exact?: ExactNumbers | undefined;
}

/**
 * The server has another row than the one that the local row was made from. `refused`: the server refused a write because of it, so that even a
 * known revision is news.
 */
export async function reconcile(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  remote: RemoteRow,
  clock: Clock,
  refused = false,
): Promise<void> {
  const known = await stateOf(db, kind, key);
  const entries = await entriesOf(db, kind.name, key);
  const state = { ...stateAt(known, remote), ...withEarlier(kind, known, known.base, remote.row) };
  if (entries.length === 0 && !known.localOnly) return acceptRemote(db, kind, key, state, remote.row);
  // A row that is made again after its tombstone was removed counts from 1. A write that is sent learns it by its answer, a parked one only here.
  const isParked = entries.every(({ status }) => status === "failed");
  // Of this device's own write, or of a page that is read twice. A write without a revision may have met another device's, which the row has as well.
  const isKnown = kind.versioned || sameContent(kind, known.base, remote.row);
  if (!refused && remote.revision === known.revision && isKnown)
    return void (await db.syncRows.put({ ...state, base: remote.row }));
  if (!refused && remote.revision < known.revision && !isParked) return;
  if (entries.some(({ type }) => type === "upload")) return reconcileUpload(db, kind, key, state, remote);
  // The sealed write may be part of this row already, or be refused for it: its answer tells.
  if (entries.some(({ number }) => number !== null))
    return void (await db.syncRows.put({ ...known, pendingRemote: remote }));
  const mine = (await db.rows(kind).get(key)) ?? null;
  const rebased: RowState = { ...state, base: remote.row };
  const waiting = await waitingEntry(db, kind, key);
  // A row that stays on this device has no entry and no conflict.
  if (!waiting) return void (await db.syncRows.put(rebased));
  if (sameContent(kind, mine, remote.row)) {
    await db.syncQueue.delete(waiting.id);
    return acceptRemote(db, kind, key, state, remote.row);
  }
  // An open conflict keeps what the local row was made from: the server's row has been the base of the state since then.
  const forgets = FAULTS_ENABLED && hasFault("conflict merged without its base");
  const open = forgets ? undefined : await db.conflicts.get([kind.name, key]);
  const { base } = open ?? known;
  // What it was made from may not be known after a restore: the question stays.
  const isUnknown = open && !base;
  // The server has what the local row was made from: a swept tombstone counts as the tombstone.
  const unchanged = !isUnknown && base !== undefined && sameContent(kind, base, remote.row);
  const decided = unchanged ? "mine" : decide(kind, waiting, mine, remote.row);
  const decision = isUnknown && decided === "merge" ? "ask" : decided;
  const clashes: string[] = [];
  const merged = mine && remote.row && decision === "merge" ? mergeRows(kind, base, mine, remote.row, clashes) : mine;
  // The server may have had this write before what it has now, which the write would undo. Or it has never had it.
  const ours = waiting.create ? mine : merged;
  if (waiting.unsure && ours && remote.row && decision === "merge") {
    const newer = changedMembers(kind, base, remote.row);
    clashes.push(...changedMembers(kind, remote.row, ours).filter((member) => newer.includes(member)));
  }
  // Two lists without ids can't be merged, and neither side may be dropped silently.
  if (decision === "ask" || clashes.length > 0) return openConflict(db, kind, waiting, known, rebased, clock);
  if (decision === "theirs") {
    const since = toIso(clock.now());
    await db.syncQueue.delete(waiting.id);
    await kind.onOverruled?.(db, { key, base: base ?? null, mine, theirs: remote.row, since });
    await acceptRemote(db, kind, key, state, remote.row);
    if (waiting.op === "delete" && remote.row) await restoreCascade(db, waiting.cascade, since);
    return;
  }
  await sendRebased(db, kind, waiting, rebased, merged);
}

/** An upload in progress delivers the server's row in the end, unless another device deleted the file. */
async function reconcileUpload(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  state: RowState,
  { row }: RemoteRow,
): Promise<void> {
  if (row) return void (await db.syncRows.put({ ...state, base: row }));
  await db.syncQueue.where("[collection+key]").equals([kind.name, key]).delete();
  await acceptRemote(db, kind, key, state, null);
}

/** Stores the local side, rebased onto the server's row, and makes its entry pending. */
export async function sendRebased(
  db: UserDatabase,
  kind: SyncedKind,
  waiting: OutboxEntry,
  rebased: RowState,
  row: Row | null,
): Promise<void> {
  const { key } = waiting;
  if (sameContent(kind, row, rebased.base)) {
    await db.syncQueue.delete(waiting.id);
    return acceptRemote(db, kind, key, rebased, rebased.base ?? null);
  }
  await storeRow(db, kind, key, row);
  await db.conflicts.delete([kind.name, key]);
  await db.syncRows.put(rebased);
  await db.syncQueue.put({ ...waiting, ...UNSEALED, nextRetryAt: null, create: !rebased.base });
}

type Decision = "mine" | "merge" | "theirs" | "ask";

function decide(kind: SyncedKind, { op }: OutboxEntry, mine: Row | null, theirs: Row | null): Decision {
  const { conflictPolicy, remoteDeleteWins, versioned } = kind;
  if (remoteDeleteWins && !theirs) return "theirs";
  if (conflictPolicy === "client-wins") return "mine";
  if (conflictPolicy === "server-wins") return "theirs";
  if (conflictPolicy === "ask") return "ask";
  // The server takes such a delete whatever it has.
  if (op === "delete" && versioned !== true) return "mine";
  // An edit of one device and a delete of another have no members to merge, and neither side may be dropped silently.
  return mine && theirs ? "merge" : "ask";
}

/** Opens a conflict about the local row, which was made from `base`. Does nothing where nothing of it waits to be sent. */
export async function askAbout(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  base: Row | null,
  clock: Clock,
): Promise<void> {
  const waiting = await waitingEntry(db, kind, key);
  const state = await stateOf(db, kind, key);
  if (waiting) await openConflict(db, kind, waiting, { ...state, base }, state, clock);
}

async function openConflict(
  db: UserDatabase,
  kind: SyncedKind,
  waiting: OutboxEntry,
  known: RowState,
  rebased: RowState,
  clock: Clock,
): Promise<void> {
  const { key } = waiting;
  await db.syncRows.put(rebased);
  const open = await db.conflicts.get([kind.name, key]);
  if (open) return;
  await db.conflicts.add({ collection: kind.name, key, base: known.base ?? null, since: toIso(clock.now()) });
  const error = {
    kind: "conflict",
    code: "revision_conflict",
    reason: "It was changed elsewhere too: choose what stays.",
  } as const;
  await db.syncQueue.put({ ...waiting, ...UNSEALED, status: "failed", nextRetryAt: null, error });
}

/** The state with the server's row as it is now. */
export function stateAt(state: RowState, { revision, row, exact }: RemoteRow): RowState {
  const {
    deleted: _deleted,
    pendingRemote: _pendingRemote,
    provisional: _provisional,
    exact: _exact,
    ...known
  } = state;
  return { ...known, revision, ...(exact && { exact }), ...(!row && revision > 0 && { deleted: true as const }) };
}
