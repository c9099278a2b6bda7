// What happens when the server's row meets an unsent local one: by the collection's policy one side is taken, both are merged, or a
// person is asked. For pulled rows and for refused writes alike; inside the caller's transaction.

import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry, Row, RowState } from "../db/device-tables";
import { FRESH } from "../outbox/enqueue";
import { type Definition, MESSAGES, SESSIONS } from "./definition";
import { mergeRows, sameContent } from "./merge";
import { entriesOf, settleState, stateOf, storeRow } from "./state";
import { restoreTaken } from "./taken";
import { waitingEntry } from "./write";

/** The server's side: `row` is `null` for a tombstone, and with revision 0 where there is nothing. */
export interface ServerSide {
  revision: number;
  row: Row | null;
}

/**
 * The server has another row than the one that the local row was made from. `refused`: our write was turned down for it, so even a known revision is news.
 */
export async function meet(
  db: UserDatabase,
  definition: Definition,
  key: string,
  theirs: ServerSide,
  clock: Clock,
  refused = false,
): Promise<void> {
  const known = await stateOf(db, definition, key);
  const entries = await entriesOf(db, definition.name, key);
  const state = withServer(known, theirs);
  if (entries.length === 0 && !known.localOnly) return take(db, definition, key, state, theirs.row);
  if (!refused && theirs.revision <= known.revision) {
    // Ours, coming back, or a page that was read twice.
    if (theirs.revision === known.revision) await db.syncRows.put({ ...state, base: theirs.row });
    return;
  }
  if (entries.some(({ type }) => type === "upload")) return meetUpload(db, definition, key, state, theirs);
  // What is on its way may be part of this row already, or be refused for it: its answer tells.
  if (entries.some(({ number }) => number !== null)) return void (await db.syncRows.put({ ...known, unmet: theirs }));
  const mine = (await db.rows(definition).get(key)) ?? null;
  const rebased: RowState = { ...state, base: theirs.row };
  const waiting = await waitingEntry(db, definition, key);
  // What stays here is nobody else's business.
  if (!waiting) return void (await db.syncRows.put(rebased));
  if (sameContent(definition, mine, theirs.row)) {
    await db.syncQueue.delete(waiting.id);
    return take(db, definition, key, state, theirs.row);
  }
  const end = decide(definition, waiting, mine, theirs.row);
  if (end === "ask") return ask(db, definition, waiting, known, rebased, clock);
  if (end === "theirs") {
    await db.syncQueue.delete(waiting.id);
    await take(db, definition, key, state, theirs.row);
    if (waiting.op === "delete" && theirs.row) await restoreTaken(db, waiting.taken, toIso(clock.now()));
    return;
  }
  const merged = mine && theirs.row && end === "merge" ? mergeRows(definition, known.base, mine, theirs.row) : mine;
  await goOn(db, definition, waiting, rebased, merged);
}

/** A file that is being uploaded: the upload itself brings the server's row in the end, unless somebody has deleted the file meanwhile. */
async function meetUpload(
  db: UserDatabase,
  definition: Definition,
  key: string,
  state: RowState,
  { row }: ServerSide,
): Promise<void> {
  if (row) return void (await db.syncRows.put({ ...state, base: row }));
  await db.syncQueue.where("[collection+key]").equals([definition.name, key]).delete();
  await take(db, definition, key, state, null);
}

/** The local side, made from the server's row as it is now, waits to be sent. */
export async function goOn(
  db: UserDatabase,
  definition: Definition,
  waiting: OutboxEntry,
  rebased: RowState,
  row: Row | null,
): Promise<void> {
  const { key } = waiting;
  if (sameContent(definition, row, rebased.base)) {
    await db.syncQueue.delete(waiting.id);
    return take(db, definition, key, rebased, rebased.base ?? null);
  }
  await storeRow(db, definition, key, row);
  await db.conflicts.delete([definition.name, key]);
  await db.syncRows.put(rebased);
  await db.syncQueue.put({ ...waiting, ...FRESH, nextRetryAt: null, create: !rebased.base });
}

/** The row is the server's from here on. */
export async function take(
  db: UserDatabase,
  definition: Definition,
  key: string,
  state: RowState,
  row: Row | null,
): Promise<void> {
  if (!row && definition.name === SESSIONS) await buryMessages(db, key);
  const stays = !row && definition.name === SESSIONS && (await unsentMessages(db, key)) > 0;
  const local = row ? null : await db.rows(definition).get(key);
  // A deleted chat is shown for as long as something unsent is in it: what happened to that must be visible.
  await storeRow(db, definition, key, stays && local ? { ...local, gone: true } : row);
  await settleState(db, local && definition.restorable ? { ...state, buried: local } : state);
}

type End = "mine" | "merge" | "theirs" | "ask";

function decide(definition: Definition, { op }: OutboxEntry, mine: Row | null, theirs: Row | null): End {
  const { name, policy, uploads } = definition;
  // Nothing can be written to a chat that was deleted, and a deleted file has no bytes any more.
  if ((name === SESSIONS || uploads) && !theirs) return "theirs";
  if (policy === "client-wins") return "mine";
  if (policy === "server-wins") return "theirs";
  if (policy === "ask") return "ask";
  if (op === "delete") return "mine";
  // An edit of what was deleted elsewhere: there are no members to merge, and neither side may be lost in silence.
  return mine && theirs ? "merge" : "ask";
}

async function ask(
  db: UserDatabase,
  definition: Definition,
  waiting: OutboxEntry,
  known: RowState,
  rebased: RowState,
  clock: Clock,
): Promise<void> {
  const { key } = waiting;
  await db.syncRows.put(rebased);
  const open = await db.conflicts.get([definition.name, key]);
  if (open) return;
  await db.conflicts.add({ collection: definition.name, key, base: known.base ?? null, since: toIso(clock.now()) });
  const error = {
    kind: "conflict",
    code: "revision_conflict",
    reason: "It was changed elsewhere too: choose what stays.",
  } as const;
  await db.syncQueue.put({ ...waiting, ...FRESH, status: "failed", nextRetryAt: null, error });
}

function withServer({ deleted: _deleted, unmet: _unmet, ...known }: RowState, { revision, row }: ServerSide): RowState {
  return { ...known, revision, ...(!row && revision > 0 && { deleted: true as const }) };
}

/** Messages go with their session; unsent ones stay until somebody discards them. */
export async function buryMessages(db: UserDatabase, sessionId: string): Promise<void> {
  await db.chatMessages
    .where("sessionId")
    .equals(sessionId)
    .and(({ revision }) => revision > 0)
    .delete();
}

async function unsentMessages(db: UserDatabase, sessionId: string): Promise<number> {
  return db.syncQueue.where("lane").equals(`${MESSAGES}:${sessionId}`).count();
}
