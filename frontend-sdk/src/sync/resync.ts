// The cursor can't be continued: everything is pulled again from zero, into place, and nothing unsent is lost. What this device is doing
// stands in `sync.resync`, so a crash in the middle goes on where it was. Inside the caller's transaction.

import type { SyncChange } from "../api/types";
import { type Clock, toIso } from "../clock";
import { AppState, type Resync, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { Row, RowState } from "../db/device-tables";
import { newId } from "../ids";
import { enqueue, FRESH } from "../outbox/enqueue";
import { rotateClient } from "../outbox/freeze";
import { PLANTED, planted } from "../planted";
import { type Definition, MESSAGES, SESSIONS } from "../rows/definition";
import { meet, take } from "../rows/meet";
import { sameContent } from "../rows/merge";
import { entriesOf, rowOf, settleState, stateOf } from "../rows/state";

/**
 * Begins. "horizon": this device was away for too long. "epoch": the server was restored from a backup; what it has lost is offered again, under a
 * new name, since the old one's numbers mean nothing to it.
 */
export async function beginResync(db: UserDatabase, reason: Resync["reason"]): Promise<void> {
  await db.transaction("rw", db.syncQueue, db.appState, async () => {
    const state = new AppState<UserState>(db.appState);
    await state.set("sync.resync", { id: newId(), reason });
    await state.set("sync.pull", { cursor: null, complete: false, rows: 0 });
    if (PLANTED && planted("unsent work forgotten on resync")) await db.syncQueue.clear();
    if (reason === "horizon") return;
    await db.syncQueue
      .filter(({ number }) => number !== null)
      .modify((entry) => {
        Object.assign(entry, {
          ...FRESH,
          status: entry.status === "failed" ? "failed" : "pending",
          error: entry.error,
        });
      });
    await rotateClient(db);
  });
}

/** After a restore: this device has a newer state of the row than the server, which has forgotten it. */
export function isLost({ id, reason }: Resync, known: RowState | undefined, { revision }: SyncChange): boolean {
  if (PLANTED && planted("nothing offered after a restore")) return false;
  return reason === "epoch" && known !== undefined && known.seen !== id && known.revision > revision;
}

/** The local row is put (or deleted) again on top of the server's older one. */
export async function offerAgain(
  db: UserDatabase,
  definition: Definition,
  { key, revision, value }: SyncChange,
  clock: Clock,
): Promise<void> {
  const { deleted, ...known } = await stateOf(db, definition, key);
  const base = value ? rowOf(definition, key, value) : null;
  const state: RowState = { ...known, revision, base, ...(!value && { deleted: true as const }) };
  const row = await db.rows(definition).get(key);
  const queued = (await entriesOf(db, definition.name, key)).length > 0;
  await db.syncRows.put(state);
  if (queued || state.localOnly) return;
  // Another device has offered the same already.
  if (sameContent(definition, row, base)) return take(db, definition, key, state, base);
  const now = toIso(clock.now());
  if (row) await enqueue(db, definition, { key, op: "put", create: !base, row, now });
  else if (deleted && base) await enqueue(db, definition, { key, op: "delete", create: false, row: base, now });
  else await settleState(db, state);
}

/** The last page is there: what the server did not name is gone, or, after a restore, offered again. */
export async function endResync(db: UserDatabase, resync: Resync, clock: Clock): Promise<void> {
  const excluded = (await new AppState<UserState>(db.appState).get("sync.excluded")) ?? [];
  for (const definition of db.definitions.values()) {
    if (definition.direction === "device-only" || excluded.includes(definition.name)) continue;
    const states = await db.syncRows
      .where("[collection+key]")
      .between([definition.name, ""], [definition.name, "\uffff"])
      .toArray();
    const seen = new Set(states.filter((state) => state.seen === resync.id).map(({ key }) => key));
    const queued = new Set(
      (await db.syncQueue.filter(({ collection }) => collection === definition.name).toArray()).map(({ key }) => key),
    );
    const known = new Map(states.map((state) => [state.key, state]));
    for (const row of await db.rows(definition).toArray()) {
      const key = String(row[definition.key]);
      if (!seen.has(key)) await missing(db, definition, key, row, known.get(key), queued.has(key), resync, clock);
    }
    // Marks have done their work; messages need no state at all.
    if (definition.name === MESSAGES) await db.syncRows.bulkDelete(states.map(({ key }) => [MESSAGES, key]));
    else await forget(db, states, seen, queued);
  }
  await new AppState<UserState>(db.appState).set("sync.resync", null);
}

async function missing(
  db: UserDatabase,
  definition: Definition,
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
    // An edit of what the server has no more: the answer to it will say so, and the collection's policy decides.
    if (reason === "epoch") await again(db, definition, key);
    // A file or a chat that the server knew was deleted elsewhere, long ago, and nobody is asked: an upload would bring the file back, and whoever
    // gave the edit of a chat up after its refusal would be left with a chat that nobody else has.
    else if (definition.uploads || definition.name === SESSIONS)
      await meet(db, definition, key, { revision: known?.revision ?? 0, row: null }, clock, true);
    return;
  }
  if (reason === "horizon" || (PLANTED && planted("nothing offered after a restore"))) {
    if (definition.name === MESSAGES) return db.chatMessages.delete(key);
    return take(db, definition, key, known ?? { collection: definition.name, key, revision: 0 }, null);
  }
  if (definition.name !== MESSAGES)
    await db.syncRows.put({ collection: definition.name, key, revision: 0, base: null });
  await enqueue(db, definition, { key, op: "put", create: true, row, now: toIso(clock.now()) });
}

/** After a restore, an edit of a row that was lost creates it. */
async function again(db: UserDatabase, definition: Definition, key: string): Promise<void> {
  if (definition.name === MESSAGES) return;
  await db.syncRows.put({ collection: definition.name, key, revision: 0, base: null });
  await db.syncQueue.where("[collection+key]").equals([definition.name, key]).modify({ create: true });
}

async function forget(
  db: UserDatabase,
  states: readonly RowState[],
  seen: ReadonlySet<string>,
  queued: ReadonlySet<string>,
): Promise<void> {
  const kept = states.filter(({ key, localOnly }) => seen.has(key) || queued.has(key) || localOnly);
  const gone = states.filter((state) => !kept.includes(state));
  const still = await db.syncRows.bulkGet(gone.map(({ collection, key }) => [collection, key]));
  // Those that were offered again just now have a state of today.
  const dead = gone.filter((_state, index) => still[index]?.base === undefined);
  await db.syncRows.bulkDelete(dead.map(({ collection, key }) => [collection, key]));
  const marked = (await db.syncRows.bulkGet(kept.map(({ collection, key }) => [collection, key]))).flatMap(
    (state) => state ?? [],
  );
  await db.syncRows.bulkPut(marked.map(({ seen: _seen, ...state }) => state));
}
