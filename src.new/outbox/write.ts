// Local writes of rows, inside the caller's transaction: the row, its state and its entry in the queue change together. Deletes are in `delete.ts`.

import { entriesOf, keyOf } from "../store/entries";
import { localOnlyOf } from "../store/local-only";
import { sameContent } from "../store/merge";
import { isAtServer, markSynced, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row, RowState } from "../store/tables";
import { enqueue, joinEntry, type QueueOptions } from "./enqueue";
import { ownCascade } from "./own-cascade";

export interface WriteOptions extends QueueOptions {
  /** Keeps the row on this device; `false` lets it sync. Default: as it is. */
  localOnly?: boolean | undefined;
}

/** Stores a row and queues it. `now` is RFC 3339 UTC. */
export async function putRow(
  db: UserDatabase,
  kind: SyncedKind,
  row: Row,
  now: string,
  options: WriteOptions = {},
): Promise<void> {
  const key = keyOf(kind, row);
  const before = await db.rows(kind).get(key);
  const { localOnly: was, ...known } = await stateOf(db, kind, key);
  await db.rows(kind).put(row);
  const base = known.base !== undefined ? known.base : isAtServer(known) ? (before ?? null) : null;
  const state: RowState = { ...known, base };
  const localOnly = await localOnlyOf(db, kind, was, options.localOnly);
  const waiting = await waitingEntry(db, kind, key);
  // A row that is made again has lost its parts, as it would have if its delete had been sent before.
  if (waiting?.op === "delete") await ownCascade(db, waiting.cascade, now);
  if (localOnly) {
    if (waiting) await db.syncQueue.delete(waiting.id);
    await removeUpload(db, kind, key);
    await db.conflicts.delete([kind.name, key]);
    await db.syncRows.put({ ...state, localOnly });
    return;
  }
  const inFlight = (await entriesOf(db, kind.name, key)).find(({ id }) => id !== waiting?.id);
  if (!inFlight && base && sameContent(kind, base, row) && waiting?.error?.kind !== "conflict") {
    // The row is what the server has again, so there is nothing to send. Members that the server sets are restored as well.
    if (waiting) await db.syncQueue.delete(waiting.id);
    await db.rows(kind).put(base);
    await markSynced(db, state);
    return;
  }
  await db.syncRows.put(state);
  const create = inFlight ? inFlight.op === "delete" : !isAtServer(state);
  if (waiting) await joinEntry(db, kind, { ...waiting, create }, row, options.notBefore);
  else await enqueue(db, kind, { ...options, key, op: "put", create, row, now });
}

/** The row's mutation that isn't sealed: new edits join it. */
export async function waitingEntry(
  db: UserDatabase,
  { name }: SyncedKind,
  key: string,
): Promise<OutboxEntry | undefined> {
  return (await entriesOf(db, name, key)).find(({ number, type }) => number === null && type === "mutation");
}

/** Removes the row's upload from the queue. An upload in progress ends when its entry is gone. */
export async function removeUpload(
  db: UserDatabase,
  { name, createdBy }: SyncedKind,
  key: string,
): Promise<OutboxEntry | null> {
  if (createdBy !== "upload") return null;
  const upload = (await entriesOf(db, name, key)).find(({ type }) => type === "upload");
  if (upload) await db.syncQueue.delete(upload.id);
  return upload ?? null;
}
