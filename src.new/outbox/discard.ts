// Discards a change of the queue. Loaded on demand (kinds/edits.ts). The caller wakes the leader.

import { LandfallError } from "../errors";
import { entriesOf, nameOf } from "../store/entries";
import { mergeRows } from "../store/merge";
import { acceptRemote, isAtServer, rowOf, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { rounded } from "../util/exact";
import { deleteRow, restoreCascade } from "./delete";

/** Reverts a local change and removes its entry. Does nothing if the entry is gone. Throws LandfallError `in_flight` while it is being sent. */
export async function discardEntry(db: UserDatabase, clock: Clock, id: string): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    const entry = await db.syncQueue.get(id);
    if (!entry) return;
    if (entry.number !== null && entry.status !== "failed") {
      throw new LandfallError(
        "in_flight",
        "This change is being sent right now; it can be discarded once the server has answered.",
      );
    }
    await discard(db, entry, clock);
  });
}

async function discard(db: UserDatabase, entry: OutboxEntry, clock: Clock): Promise<void> {
  const kind = db.kinds.get(entry.collection);
  if (kind && entry.type === "upload") return deleteRow(db, kind, entry.key, toIso(clock.now()));
  await db.syncQueue.delete(entry.id);
  if (!kind) return;
  if (kind.immutable) return discardRow(db, kind, entry.key);
  const known = await stateOf(db, kind, entry.key);
  const { pendingRemote, ...state } = known;
  // What was sent and forgotten is taken for the server's row until the server says that it has none.
  const base = (pendingRemote ? pendingRemote.row : isAtServer(state) && state.base) || null;
  const [later] = await entriesOf(db, entry.collection, entry.key);
  if (later) return rebaseLater(db, kind, entry, base);
  const revision = pendingRemote?.revision ?? state.revision;
  await acceptRemote(db, kind, entry.key, { ...state, revision }, base);
  if (entry.op === "delete") await restoreCascade(db, entry.cascade, toIso(clock.now()));
  if (!base && entry.op === "put") await discardDependents(db, nameOf(entry.collection, entry.key), clock);
}

/** Keeps the row's later edit, on top of what the server has. */
async function rebaseLater(
  db: UserDatabase,
  kind: SyncedKind,
  { key, body }: OutboxEntry,
  base: Row | null,
): Promise<void> {
  const mine = await db.rows(kind).get(key);
  if (!mine || !base) return;
  const sent = rowOf(kind, key, { ...base, ...rounded(body?.value) });
  await db.rows(kind).put(mergeRows(kind, sent, mine, base));
}

/** Discards the entries that need a row that is discarded. */
async function discardDependents(db: UserDatabase, name: string, clock: Clock): Promise<void> {
  for (const entry of await db.syncQueue.filter(({ needs }) => needs.includes(name)).toArray()) {
    await discard(db, entry, clock);
  }
}

async function discardRow(db: UserDatabase, kind: SyncedKind, key: string): Promise<void> {
  const row = await db.rows(kind).get(key);
  await db.rows(kind).delete(key);
  if (row) await kind.onDiscarded?.(db, row);
}
