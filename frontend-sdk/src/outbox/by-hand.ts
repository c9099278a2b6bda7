// What a person, a reconnection or `sync.now` does to entries: wake them, hurry them, give them up.
// It knows the queue's rules and no network; the leader is told by whoever calls.

import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { LandfallError } from "../errors";
import type { Transport } from "./transport";

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

/** A retry by hand of the failed entries among these: counted from zero. What was refused is frozen anew when its turn comes; what got no answer stays as it was sent. */
export async function retryEntries(db: UserDatabase, ids: readonly string[] | "all"): Promise<void> {
  await db.transaction("rw", db.syncQueue, async () => {
    const failed = await db.syncQueue.where("status").equals("failed").toArray();
    const chosen = failed.filter((entry) => ids === "all" || ids.includes(entry.id));
    await db.syncQueue.bulkPut(
      chosen.map(
        (entry): OutboxEntry => ({ ...entry, status: "pending", attempts: 0, nextRetryAt: null, error: null }),
      ),
    );
  });
}

/** Takes a local change back and forgets its entry. Does nothing for an entry that is gone. */
export async function discardEntry(
  db: UserDatabase,
  transports: ReadonlyMap<string, Transport>,
  id: string,
): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    const entry = await db.syncQueue.get(id);
    if (!entry) return;
    if (entry.status === "sending") {
      throw new LandfallError(
        "in_flight",
        "This change is being sent right now; it can be discarded once the server has answered.",
      );
    }
    await db.syncQueue.delete(id);
    await transports.get(entry.collection)?.undo(entry);
  });
}
