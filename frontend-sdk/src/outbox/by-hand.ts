// What a person, a reconnection or `sync.now` does to entries: wake them, hurry them, give them up.
// It knows the queue's rules and no network; the leader is told by whoever calls.

import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { LandfallError } from "../errors";
import { type Definition, MESSAGES } from "../rows/definition";
import { take } from "../rows/meet";
import { mergeRows } from "../rows/merge";
import { entriesOf, nameOf, rowOf, stateOf } from "../rows/state";
import { restoreTaken } from "../rows/taken";
import { deleteRow } from "../rows/write";

/** Entries that were given up get one more attempt; what was refused stays parked. Called at each reconnection and sign-in. */
export async function reviveGivenUp(db: UserDatabase): Promise<void> {
  await db.syncQueue
    .where("status")
    .equals("failed")
    .and((entry) => entry.error?.kind === "gave-up")
    // The count stays, so that one more failure is enough to give up again.
    .modify({ status: "pending", nextRetryAt: null });
}

/** Drops every pause and delay. */
export async function hurryAll(db: UserDatabase): Promise<void> {
  await db.syncQueue
    .where("status")
    .equals("pending")
    .and((entry) => entry.nextRetryAt !== null)
    .modify({ nextRetryAt: null });
}

/** Drops the pauses after typing; delays after failures stay. */
export async function endPauses(db: UserDatabase): Promise<void> {
  await db.syncQueue
    .where("status")
    .equals("pending")
    .and((entry) => entry.requestId === null && entry.nextRetryAt !== null)
    .modify({ nextRetryAt: null });
}

/**
 * A retry by hand of the failed entries among these: counted from zero. What was refused is frozen anew when its turn comes; what got no answer stays
 * as it was sent; a conflict waits for its resolution.
 */
export async function retryEntries(db: UserDatabase, ids: readonly string[] | "all"): Promise<void> {
  await db.transaction("rw", db.syncQueue, async () => {
    const failed = await db.syncQueue.where("status").equals("failed").toArray();
    const chosen = failed.filter(({ id, error }) => error?.kind !== "conflict" && (ids === "all" || ids.includes(id)));
    await db.syncQueue.bulkPut(
      chosen.map(
        (entry): OutboxEntry => ({ ...entry, status: "pending", attempts: 0, nextRetryAt: null, error: null }),
      ),
    );
  });
}

/** Takes a local change back and forgets its entry. Does nothing for an entry that is gone. */
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
  const definition = db.definitions.get(entry.collection);
  if (definition && entry.type === "upload") return deleteRow(db, definition, entry.key, toIso(clock.now()));
  await db.syncQueue.delete(entry.id);
  if (!definition) return;
  if (definition.name === MESSAGES) return forgetMessage(db, entry.key);
  const known = await stateOf(db, definition, entry.key);
  const { unmet, ...state } = known;
  const base = (unmet ? unmet.row : state.base) ?? null;
  const [later] = await entriesOf(db, entry.collection, entry.key);
  if (later) return withoutFirst(db, definition, entry, base);
  await take(db, definition, entry.key, { ...state, ...(unmet && { revision: unmet.revision }) }, base);
  if (entry.op === "delete") await restoreTaken(db, entry.taken, toIso(clock.now()));
  if (!base && entry.op === "put") await discardDependents(db, nameOf(entry.collection, entry.key), clock);
}

/** The row's later edit stays, on top of what the server has. */
async function withoutFirst(
  db: UserDatabase,
  definition: Definition,
  { key, body }: OutboxEntry,
  base: Record<string, unknown> | null,
): Promise<void> {
  const mine = await db.rows(definition).get(key);
  if (!mine || !base) return;
  const sent = rowOf(definition, key, { ...base, ...body?.value });
  await db.rows(definition).put(mergeRows(definition, sent, mine, base));
}

/** What can never be sent without the row that is given up. */
async function discardDependents(db: UserDatabase, name: string, clock: Clock): Promise<void> {
  for (const entry of await db.syncQueue.filter(({ needs }) => needs.includes(name)).toArray()) {
    await discard(db, entry, clock);
  }
}

/** The last unsent message of a chat that was deleted elsewhere takes the chat along. */
async function forgetMessage(db: UserDatabase, key: string): Promise<void> {
  const message = await db.chatMessages.get(key);
  await db.chatMessages.delete(key);
  const session = message && (await db.chatSessions.get(message.sessionId));
  if (!session?.gone) return;
  const left = await db.syncQueue.where("lane").equals(nameOf(MESSAGES, session.id)).count();
  if (left === 0) await db.chatSessions.delete(session.id);
}

/**
 * The unsent messages of a chat that is deleted here, and their entries. What is on its way is answered first; what the server has stays until it
 * has deleted the chat, so that the delete can be taken back.
 */
export async function dropUnsentMessages(db: UserDatabase, sessionId: string): Promise<void> {
  await db.syncQueue
    .where("lane")
    .equals(nameOf(MESSAGES, sessionId))
    .and(({ number, status }) => number === null || status === "failed")
    .delete();
  await db.chatMessages
    .where("sessionId")
    .equals(sessionId)
    .and(({ revision }) => revision === 0)
    .delete();
}
