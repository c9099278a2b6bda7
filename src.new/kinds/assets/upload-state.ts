// Records the progress of an upload, each step in one transaction: its entry, the file's row, and whether the bytes stay on this device.

import { backoffMs, givenUpMs, MAX_ATTEMPTS } from "../../outbox/backoff";
import { park } from "../../outbox/retry";
import { msUntilDue } from "../../outbox/schedule";
import { waitingEntry } from "../../outbox/write";
import { mergeRows } from "../../store/merge";
import { acceptRemote, markSynced, stateOf } from "../../store/row-state";
import type { SyncedKind, UserDatabase } from "../../store/synced-kind";
import type { EntryError, OutboxEntry } from "../../store/tables";
import type { Asset } from "../../types/assets";
import type { Clock } from "../../types/clock";
import { toIso } from "../../util/clock";
import { ASSETS, assetsIn, localFilesIn } from "./tables";

/** The upload begins, and the server may get to know the file. Returns false if the entry failed or isn't due any more. */
export async function beginUpload(db: UserDatabase, { id }: OutboxEntry, clock: Clock): Promise<boolean> {
  return changeEntry(db, id, async (entry) => {
    if (entry.status === "failed" || msUntilDue(entry, clock.now()) > 0) return false;
    await db.syncQueue.put({ ...entry, status: "sending", registered: true });
    await localFilesIn(db).update(entry.key, { uploadStatus: "uploading" });
    return true;
  });
}

/** The server has the file. Returns true if the bytes leave this device. */
export async function completeUpload(db: UserDatabase, { id, key }: OutboxEntry, row: Asset): Promise<boolean> {
  return changeEntry(db, id, async () => {
    const kind = kindOf(db);
    await db.syncQueue.delete(id);
    const mine = await assetsIn(db).get(key);
    const state = { ...(await stateOf(db, kind, key)), revision: row.revision };
    if (mine && (await waitingEntry(db, kind, key))) {
      // A label that was changed during the upload is sent next.
      const merged = mergeRows(kind, null, { ...mine }, { ...row });
      await db.rows(kind).put(merged);
      await db.syncRows.put({ ...state, base: { ...row } });
    } else {
      await assetsIn(db).put(row);
      await markSynced(db, state);
    }
    const leaves = (await localFilesIn(db).get(key))?.keepLocal !== "always";
    if (leaves) await localFilesIn(db).delete(key);
    else await localFilesIn(db).update(key, { uploadStatus: "completed" });
    return leaves;
  });
}

/** Another device has deleted the file. */
export async function removeDeletedFile(db: UserDatabase, { id, key }: OutboxEntry): Promise<void> {
  await changeEntry(db, id, async () => {
    const kind = kindOf(db);
    await db.syncQueue.where("[collection+key]").equals([ASSETS, key]).delete();
    await acceptRemote(db, kind, key, { ...(await stateOf(db, kind, key)), deleted: true }, null);
  });
}

/** The server refuses the file: the upload waits for the user. */
export async function parkUpload(db: UserDatabase, { id }: OutboxEntry, code: string, reason: string): Promise<void> {
  await changeEntry(db, id, async (entry) => {
    await db.syncQueue.put(park(entry, code, reason));
    await localFilesIn(db).update(entry.key, { uploadStatus: "failed" });
  });
}

/** The attempt failed and counts. An attempt in which a part of the file has arrived is the first one again. */
export async function recordFailedUpload(
  db: UserDatabase,
  { id }: OutboxEntry,
  { progress, ...fault }: { code?: string; reason: string; progress?: boolean },
  clock: Clock,
): Promise<void> {
  await changeEntry(db, id, async (entry) => {
    const attempts = progress ? 1 : entry.attempts + 1;
    const gaveUp = attempts >= MAX_ATTEMPTS;
    const error: EntryError = { kind: gaveUp ? "gave-up" : "retrying", ...fault };
    const nextRetryAt = toIso(clock.now() + (gaveUp ? givenUpMs(attempts) : backoffMs(attempts, clock)));
    await db.syncQueue.put({ ...entry, status: gaveUp ? "failed" : "pending", attempts, error, nextRetryAt });
    await localFilesIn(db).update(entry.key, { uploadStatus: gaveUp ? "failed" : "pending" });
  });
}

/** The attempt says nothing about the file: the upload waits, and nothing is counted. */
export async function requeueUpload(db: UserDatabase, { id }: OutboxEntry, reason?: string): Promise<void> {
  await changeEntry(db, id, async (entry) => {
    const error: EntryError | null = reason ? { kind: "retrying", reason } : entry.error;
    await db.syncQueue.put({ ...entry, status: "pending", nextRetryAt: null, error });
    await localFilesIn(db).update(entry.key, { uploadStatus: "pending" });
  });
}

/** Does nothing if the entry is gone: whatever removed it has updated the rest. */
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

function kindOf(db: UserDatabase): SyncedKind {
  return db.kinds.get(ASSETS) as SyncedKind;
}
