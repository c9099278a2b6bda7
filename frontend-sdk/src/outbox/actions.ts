// What the user, a reconnection or `sync.now` does to entries: retry, hurry, discard. The caller wakes the leader.

import { LandfallError } from "../errors";
import { changeRows } from "../store/change-rows";
import { mergeRows } from "../store/merge";
import { acceptRemote, entriesOf, nameOf, rowOf, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { rounded } from "../util/exact";
import { MAX_ATTEMPTS } from "./backoff";
import { deleteRow, restoreCascade } from "./delete";

/**
 * Gives entries that were given up one more attempt, at a reconnection, a sign-in or when other writes pass. Refused entries stay parked. `recovered`: one
 * of them has passed, so the fault was the server's, and the others are sent as if they had not failed.
 */
export async function retryGivenUp(db: UserDatabase, recovered = false): Promise<void> {
  const entries = db.syncQueue
    .where("status")
    .anyOf("failed", "pending")
    .and(({ status, attempts, error }) =>
      status === "failed" ? error?.kind === "gave-up" : recovered && attempts >= MAX_ATTEMPTS,
    );
  // Otherwise the count stays, so that one more failure gives up again.
  const changes = { status: "pending", nextRetryAt: null, ...(recovered && { attempts: 0 }) } as const;
  await changeRows(db.syncQueue, entries, changes);
}

/** Ends all quiet periods and delays. */
export async function retryAllNow(db: UserDatabase): Promise<void> {
  const entries = db.syncQueue
    .where("status")
    .equals("pending")
    .and((entry) => entry.nextRetryAt !== null);
  await changeRows(db.syncQueue, entries, { nextRetryAt: null });
}

/** Ends all quiet periods. Delays after failures stay. */
export async function endQuietPeriods(db: UserDatabase): Promise<void> {
  const entries = db.syncQueue
    .where("status")
    .equals("pending")
    .and((entry) => entry.requestId === null && entry.nextRetryAt !== null);
  await changeRows(db.syncQueue, entries, { nextRetryAt: null });
}

/**
 * Retries the failed entries among these, with attempts counted from zero. A refused entry is sealed again; one without an answer is sent as it was
 * sealed; a conflict waits for its resolution.
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
  const base = (pendingRemote ? pendingRemote.row : state.base) ?? null;
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
