// Brings a page of the server's changes into the local tables, inside the caller's transaction, with the cursor that follows it. Rows with
// newer local edits are not overwritten: they meet the server's by their collection's policy.

import type { ChatMessage, SyncChange, SyncPage } from "../api/types";
import type { Clock } from "../clock";
import { AppState, type Resync, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { RowState } from "../db/device-tables";
import { PLANTED, planted } from "../planted";
import { type Definition, MESSAGES } from "../rows/definition";
import { meet, take } from "../rows/meet";
import { rowOf } from "../rows/state";
import { endResync, isLost, offerAgain } from "./resync";

/** Stores the page and its cursor. */
export async function storePage(db: UserDatabase, page: SyncPage, clock: Clock): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  const resync = (await state.get("sync.resync")) ?? null;
  const before = await state.get("sync.pull");
  await storeChanged(db, page.changes, resync, clock);
  if (resync && !page.hasMore) await endResync(db, resync, clock);
  const rows = page.hasMore ? (before?.rows ?? 0) + page.changes.length : 0;
  const complete = !page.hasMore || (before?.complete ?? false);
  await state.set("sync.pull", { cursor: page.cursor, complete, rows });
}

/** What must never be done (see planted.ts): the cursor says that rows are here which come only with the next transaction. */
export async function storeCursorAlone(db: UserDatabase, { cursor }: SyncPage): Promise<void> {
  await new AppState<UserState>(db.appState).set("sync.pull", { cursor, complete: true, rows: 0 });
}

/** Stores rows of any collections. Those of one that this version doesn't know aren't asked for. */
export async function storeChanged(
  db: UserDatabase,
  all: readonly SyncChange[],
  resync: Resync | null,
  clock: Clock,
): Promise<void> {
  for (const definition of db.definitions.values()) {
    const changes = all.filter(({ collection }) => collection === definition.name);
    if (changes.length === 0) continue;
    if (definition.name === MESSAGES) await storeMessages(db, changes, resync);
    else await storeRows(db, definition, changes, resync, clock);
  }
}

/** Messages never change: they come, and go with their session. One may come before its session. */
async function storeMessages(db: UserDatabase, changes: readonly SyncChange[], resync: Resync | null): Promise<void> {
  const stored = changes.flatMap(({ value }) => (value ? [value as unknown as ChatMessage] : []));
  await db.chatMessages.bulkDelete(changes.filter(({ value }) => !value).map(({ key }) => key));
  await db.chatMessages.bulkPut(stored);
  // One of ours whose answer was lost: this is the answer. What is frozen with others keeps its place until its request is answered.
  const ours = stored.flatMap(({ id, tempId }) => (tempId && tempId !== id ? [tempId] : []));
  await db.chatMessages.bulkDelete(ours);
  await db.syncQueue
    .where("[collection+key]")
    .anyOf(ours.map((key) => [MESSAGES, key]))
    .and(({ status, number }) => status === "failed" || number === null)
    .delete();
  if (resync) await db.syncRows.bulkPut(changes.map((change) => ({ ...serverState(change), seen: resync.id })));
}

async function storeRows(
  db: UserDatabase,
  definition: Definition,
  changes: readonly SyncChange[],
  resync: Resync | null,
  clock: Clock,
): Promise<void> {
  const keys = changes.map(({ key }): [string, string] => [definition.name, key]);
  const entries = await db.syncQueue.where("[collection+key]").anyOf(keys).toArray();
  const queued = new Set(PLANTED && planted("newer local edit overwritten") ? [] : entries.map(({ key }) => key));
  const known = await db.syncRows.bulkGet(keys);
  const plain: SyncChange[] = [];
  for (const [index, change] of changes.entries()) {
    const { key, revision, value } = change;
    const state = known[index];
    const row = value ? rowOf(definition, key, value) : null;
    if (resync && isLost(resync, state, change)) await offerAgain(db, definition, change, clock);
    else if (queued.has(key) || state?.localOnly) await meet(db, definition, key, { revision, row }, clock);
    // What a delete leaves behind is the collection's own affair.
    else if (!row) await take(db, definition, key, { ...state, ...serverState(change) }, null);
    else plain.push(change);
  }
  await db.rows(definition).bulkPut(plain.map(({ key, value }) => rowOf(definition, key, value ?? {})));
  await db.syncRows.bulkPut(plain.map(serverState));
  if (resync) await db.syncRows.where("[collection+key]").anyOf(keys).modify({ seen: resync.id });
}

function serverState({ collection, key, revision, value }: SyncChange): RowState {
  return { collection, key, revision, ...(!value && { deleted: true as const }) };
}
