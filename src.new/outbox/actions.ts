// What the user, a reconnection or `sync.now` does to entries: retry, at once or in time. The caller wakes the leader.

import { changeRows } from "../store/change-rows";
import type { UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import { MAX_ATTEMPTS } from "./backoff";

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
