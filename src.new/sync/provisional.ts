// Rows that the server may not have any more: those of the initial snapshot, and all rows when a pull begins again from the start. A page that names
// a row confirms it. What no page has named when the pull has passed its collection is deleted here or, after a restore, offered again.

import { reconcile } from "../conflicts/reconcile";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { enqueue, nextOrder } from "../outbox/enqueue";
import { AppState, type UserState } from "../store/app-state";
import { changeRow, changeRows } from "../store/change-rows";
import { entriesIn } from "../store/entries";
import { acceptRemote, statesIn } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row, RowState } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";

/** Marks all rows of this device. `mark`: see {@link RowState.provisional}. Inside the caller's transaction. */
export async function markProvisional(db: UserDatabase, mark: 1 | 2): Promise<void> {
  const names: string[] = [];
  const chosen = FAULTS_ENABLED && hasFault("nothing offered after a restore") ? 1 : mark;
  for (const kind of db.kinds.values()) {
    if (kind.direction === "device-only") continue;
    names.push(kind.name);
    // Of a kind that only the server writes, nothing can be offered.
    const ofKind = kind.direction === "both" ? chosen : 1;
    const states = new Map<string, RowState>();
    for (const key of await db.rows(kind).toCollection().primaryKeys())
      states.set(key, { collection: kind.name, key, revision: 0 });
    for (const state of await statesIn(db, kind.name)) states.set(state.key, state);
    await db.syncRows.bulkPut(
      [...states.values()].map((state) => ({ ...state, provisional: state.provisional === 2 ? 2 : ofKind })),
    );
  }
  await new AppState<UserState>(db.appState).set("sync.provisional", names);
}

/** A pull has brought everything that the server has of the wanted collections. Inside the caller's transaction. */
export async function settleProvisional(db: UserDatabase, clock: Clock): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  const names = (await state.get("sync.provisional")) ?? [];
  if (names.length === 0 && !(await state.get("sync.resync"))) return;
  const unpulled = [...((await state.get("sync.excluded")) ?? []), ...((await state.get("sync.unknown")) ?? [])];
  for (const kind of db.kinds.values())
    if (names.includes(kind.name) && !unpulled.includes(kind.name))
      await settleKind(db, kind, toIso(clock.now()), clock);
  await state.set(
    "sync.provisional",
    names.filter((name) => unpulled.includes(name) || !db.kinds.has(name)),
  );
  await state.set("sync.resync", null);
  await db.appState.delete("sync.first" satisfies keyof UserState);
}

async function settleKind(db: UserDatabase, kind: SyncedKind, now: string, clock: Clock): Promise<void> {
  const states = (await statesIn(db, kind.name)).filter(({ provisional }) => provisional);
  if (states.length === 0) return;
  const waiting = await entriesIn(db, kind.name);
  const queued = new Map(waiting.map((entry) => [entry.key, entry]));
  const rows = await db.rows(kind).bulkGet(states.map(({ key }) => key));
  const twins = await temporaryKeysOfOthers(db, kind, states);
  const offered: { key: string; row: Row }[] = [];
  for (const [index, { provisional, ...state }] of states.entries()) {
    const { collection, key, revision, localOnly } = state;
    const row = rows[index];
    const isLost = provisional === 2;
    const twin = isLost && row && twins.has(kind.temporaryKeyOf?.(row));
    if (queued.has(key) || localOnly) {
      const none = { collection, key, revision: 0, base: null, ...(localOnly && { localOnly }) };
      if (kind.immutable) await db.syncRows.delete([collection, key]);
      else await db.syncRows.put(isLost ? none : state);
      // After a restore, an edit of a row that the server lost creates it.
      const entries = db.syncQueue.where("[collection+key]").equals([collection, key]);
      if (isLost) await changeRows(db.syncQueue, entries, { create: true });
      // The answer to the edit says that the row is gone, and the conflict policy decides. No answer would: an upload brings a deleted file back, an
      // edit that was parked is never answered, and of an open conflict the server's side is gone.
      else if (
        kind.remoteDeleteWins
          ? queued.has(key) && revision > 0
          : queued.get(key)?.unsure || (revision > 0 && (await db.conflicts.get([collection, key])))
      )
        await reconcile(db, kind, key, { revision: kind.remoteDeleteWins ? revision : 0, row: null }, clock, true);
      continue;
    }
    if (isLost && row && !twin) {
      offered.push({ key, row });
      continue;
    }
    if (row && kind.immutable) await db.rows(kind).delete(key);
    else if (row) await acceptRemote(db, kind, key, state, null);
    await db.syncRows.delete([collection, key]);
  }
  if (offered.length === 0) return;
  const { compare } = kind.claim ?? {};
  if (compare) offered.sort((one, other) => compare(one.row, other.row));
  for (const { key, row } of offered) {
    if (kind.immutable) await db.syncRows.delete([kind.name, key]);
    else await db.syncRows.put({ collection: kind.name, key, revision: 0, base: null });
    await enqueue(db, kind, { key, op: "put", create: true, row, now });
  }
  // What was written after the rows that are offered again is sent after them.
  if (compare) for (const { id } of waiting) await changeRow(db.syncQueue, id, { order: await nextOrder(db) });
}

/** Temporary keys of the rows that the server has. Another device may have offered the same row again under another key. */
async function temporaryKeysOfOthers(
  db: UserDatabase,
  kind: SyncedKind,
  states: readonly RowState[],
): Promise<ReadonlySet<unknown>> {
  const keys = new Set<unknown>();
  if (!kind.temporaryKeyOf || !states.some(({ provisional }) => provisional === 2)) return keys;
  const mine = new Set(states.map(({ key }) => key));
  await db.rows(kind).each((row) => {
    const temporary = kind.temporaryKeyOf?.(row);
    if (temporary && !mine.has(String(row[kind.key]))) keys.add(temporary);
  });
  return keys;
}
