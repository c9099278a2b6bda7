// Local writes of rows, inside the caller's transaction: the row, what is known of it, and its entry in the queue change together. It
// knows every collection by its definition and none by name.

import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry, Row, RowState } from "../db/device-tables";
import { enqueue, join, type QueueOptions } from "../outbox/enqueue";
import type { Definition } from "./definition";
import { sameContent } from "./merge";
import { entriesOf, isAtServer, keyOf, settleState, stateOf, storeRow } from "./state";
import { restoreTaken, takeAlong } from "./taken";

export interface WriteOptions extends QueueOptions {
  /** Keeps the row on this device; false lets it go. Unset: as it is. */
  localOnly?: boolean | undefined;
}

/** Stores a row and queues it. */
export async function putRow(
  db: UserDatabase,
  definition: Definition,
  row: Row,
  now: string,
  options: WriteOptions = {},
): Promise<void> {
  const key = keyOf(definition, row);
  const before = await db.rows(definition).get(key);
  const { localOnly: stayed, ...known } = await stateOf(db, definition, key);
  await db.rows(definition).put(row);
  const base = known.base !== undefined ? known.base : isAtServer(known) ? (before ?? null) : null;
  const state: RowState = { ...known, base };
  const localOnly = await staysHere(db, definition, stayed, options.localOnly);
  const waiting = await waitingEntry(db, definition, key);
  if (localOnly) {
    if (waiting) await db.syncQueue.delete(waiting.id);
    await takeUpload(db, definition, key);
    await db.syncRows.put({ ...state, localOnly });
    return;
  }
  if (waiting?.op === "delete") await restoreTaken(db, waiting.taken, now);
  const inFlight = (await entriesOf(db, definition.name, key)).find(({ id }) => id !== waiting?.id);
  if (!inFlight && base && sameContent(definition, base, row) && waiting?.error?.kind !== "conflict") {
    // Back to what the server has, its own members included: there is nothing to send.
    if (waiting) await db.syncQueue.delete(waiting.id);
    await db.rows(definition).put(base);
    await settleState(db, state);
    return;
  }
  await db.syncRows.put(state);
  const create = inFlight ? inFlight.op === "delete" : !isAtServer(state);
  if (waiting) await join(db, definition, { ...waiting, create }, row, options.notBefore);
  else await enqueue(db, definition, { ...options, key, op: "put", create, row, now });
}

/** Removes a row with what is part of it, and queues the delete if the server may know the row. */
export async function deleteRow(db: UserDatabase, definition: Definition, key: string, now: string): Promise<void> {
  const row = await db.rows(definition).get(key);
  if (!row) return;
  await storeRow(db, definition, key, null);
  const taken = await takeAlong(db, definition, key);
  const { localOnly, ...known } = await stateOf(db, definition, key);
  const state: RowState = { ...known, ...(definition.restorable && { buried: row }) };
  const waiting = await waitingEntry(db, definition, key);
  if (waiting) await db.syncQueue.delete(waiting.id);
  const upload = await takeUpload(db, definition, key);
  const inFlight = (await entriesOf(db, definition.name, key)).length > 0 || upload?.announced === true;
  if (!inFlight && !isAtServer(known)) {
    // The server never had it, or has buried it already.
    await settleState(db, state);
    return;
  }
  const base = known.base === undefined ? row : known.base;
  await db.syncRows.put({ ...state, base, ...(localOnly && { localOnly }) });
  if (localOnly) return;
  const conflict = waiting?.error?.kind === "conflict" ? waiting : null;
  if (conflict) await db.syncQueue.add({ ...conflict, op: "delete", needs: [], taken });
  else await enqueue(db, definition, { key, op: "delete", create: false, row, taken, now });
}

/** The row's mutation that isn't frozen: one that new edits join. */
export async function waitingEntry(
  db: UserDatabase,
  { name }: Definition,
  key: string,
): Promise<OutboxEntry | undefined> {
  return (await entriesOf(db, name, key)).find(({ number, type }) => number === null && type === "mutation");
}

/** A file that isn't to be sent any more: what is under way ends when its entry is gone. */
async function takeUpload(db: UserDatabase, { name, uploads }: Definition, key: string): Promise<OutboxEntry | null> {
  if (!uploads) return null;
  const upload = (await entriesOf(db, name, key)).find(({ type }) => type === "upload");
  if (upload) await db.syncQueue.delete(upload.id);
  return upload ?? null;
}

async function staysHere(
  db: UserDatabase,
  { name, direction }: Definition,
  stayed: RowState["localOnly"],
  wanted: boolean | undefined,
): Promise<RowState["localOnly"]> {
  if (wanted ?? stayed === 1) return 1;
  if (direction === "device-only") return 2;
  const excluded = await new AppState<UserState>(db.appState).get("sync.excluded");
  return excluded?.includes(name) ? 2 : undefined;
}
