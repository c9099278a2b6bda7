// Writes down where an upload stands, each time in one transaction: its entry, the file's row, and whether the bytes stay here. It sends nothing.

import type { Asset } from "../api/types";
import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { EntryError, OutboxEntry } from "../db/device-tables";
import { backoffMs, MAX_ATTEMPTS } from "../outbox/backoff";
import { untilDue } from "../outbox/plan";
import { park } from "../outbox/settle";
import { ASSETS, type Definition } from "../rows/definition";
import { take } from "../rows/meet";
import { mergeRows } from "../rows/merge";
import { settleState, stateOf } from "../rows/state";
import { waitingEntry } from "../rows/write";

/** It sets out; from now on the server may know of it. False where its turn is over: it was given up, or has just been tried. */
export async function settleBegun(db: UserDatabase, { id }: OutboxEntry, clock: Clock): Promise<boolean> {
  return changeEntry(db, id, async (entry) => {
    if (entry.status === "failed" || untilDue(entry, clock.now()) > 0) return false;
    await db.syncQueue.put({ ...entry, status: "sending", announced: true });
    await db.assets.update(entry.key, { uploadStatus: "uploading" });
    return true;
  });
}

/** The server has it. True where the bytes leave this device. */
export async function settleStored(db: UserDatabase, { id, key }: OutboxEntry, row: Asset): Promise<boolean> {
  return changeEntry(db, id, async () => {
    const definition = definitionOf(db);
    await db.syncQueue.delete(id);
    const mine = await db.assetMetadata.get(key);
    const state = { ...(await stateOf(db, definition, key)), revision: row.revision };
    if (mine && (await waitingEntry(db, definition, key))) {
      // A label that was changed since waits for its turn.
      const merged = mergeRows(definition, null, { ...mine }, { ...row });
      await db.rows(definition).put(merged);
      await db.syncRows.put({ ...state, base: { ...row } });
    } else {
      await db.assetMetadata.put(row);
      await settleState(db, state);
    }
    const leaves = (await db.assets.get(key))?.keepLocal !== "always";
    if (leaves) await db.assets.delete(key);
    else await db.assets.update(key, { uploadStatus: "completed" });
    return leaves;
  });
}

/** It was deleted on another device. */
export async function settleDeleted(db: UserDatabase, { id, key }: OutboxEntry): Promise<void> {
  await changeEntry(db, id, async () => {
    const definition = definitionOf(db);
    await db.syncQueue.where("[collection+key]").equals([ASSETS, key]).delete();
    await take(db, definition, key, { ...(await stateOf(db, definition, key)), deleted: true }, null);
  });
}

/** The server will not take it: it waits for a person. */
export async function settleRefused(
  db: UserDatabase,
  { id }: OutboxEntry,
  code: string,
  reason: string,
): Promise<void> {
  await changeEntry(db, id, async (entry) => {
    await db.syncQueue.put(park(entry, code, reason));
    await db.assets.update(entry.key, { uploadStatus: "failed" });
  });
}

/** An attempt that counts. */
export async function settleFailed(
  db: UserDatabase,
  { id }: OutboxEntry,
  fault: { code?: string; reason: string },
  clock: Clock,
): Promise<void> {
  await changeEntry(db, id, async (entry) => {
    const attempts = entry.attempts + 1;
    const gaveUp = attempts >= MAX_ATTEMPTS;
    const error: EntryError = { kind: gaveUp ? "gave-up" : "retrying", ...fault };
    const nextRetryAt = gaveUp ? null : toIso(clock.now() + backoffMs(attempts, clock));
    await db.syncQueue.put({ ...entry, status: gaveUp ? "failed" : "pending", attempts, error, nextRetryAt });
    await db.assets.update(entry.key, { uploadStatus: gaveUp ? "failed" : "pending" });
  });
}

/** An attempt that says nothing about the file: it waits, and nothing is counted. */
export async function settleUnanswered(db: UserDatabase, { id }: OutboxEntry, reason?: string): Promise<void> {
  await changeEntry(db, id, async (entry) => {
    const error: EntryError | null = reason ? { kind: "retrying", reason } : entry.error;
    await db.syncQueue.put({ ...entry, status: "pending", nextRetryAt: null, error });
    await db.assets.update(entry.key, { uploadStatus: "pending" });
  });
}

/** Nothing happens where the entry is gone: whoever gave it up has tidied up after it. */
async function changeEntry<T>(
  db: UserDatabase,
  id: string,
  change: (entry: OutboxEntry) => Promise<T>,
): Promise<T | false> {
  return db.transaction("rw", db.tables, async () => {
    const entry = await db.syncQueue.get(id);
    return entry ? change(entry) : false;
  });
}

function definitionOf(db: UserDatabase): Definition {
  return db.definitions.get(ASSETS) as Definition;
}
