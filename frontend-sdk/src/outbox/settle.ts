// Writes down how a request ended, in one transaction: rows and entries change together, so a crash before it repeats the request and
// a crash after it finds nothing left to do. It knows the rules of failing; it sends nothing.

import type { Refusal } from "../api/outcome";
import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { newId } from "../ids";
import { backoffMs, MAX_ATTEMPTS } from "./backoff";
import type { FrozenEntry, Transport } from "./transport";

/** The server took it: rows take the server's values, the entries leave the queue. */
export async function settleApplied(
  db: UserDatabase,
  transport: Transport,
  entries: readonly FrozenEntry[],
  answer: unknown,
): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    await transport.applied(entries, answer);
    await db.syncQueue.bulkDelete(entries.map((entry) => entry.id));
  });
}

/** No answer that says anything about the entries: they wait, frozen as they are, and nothing is counted. */
export async function settleUnanswered(db: UserDatabase, entries: readonly FrozenEntry[]): Promise<void> {
  await db.transaction("rw", db.syncQueue, async () => {
    await update(db, entries, (entry) => ({ ...entry, status: "pending" }));
  });
}

/** The server was reached and failed: counts for each entry. */
export async function settleFault(
  db: UserDatabase,
  entries: readonly FrozenEntry[],
  fault: { code?: string; reason: string },
  clock: Clock,
): Promise<void> {
  await db.transaction("rw", db.syncQueue, async () => {
    const groups = halve(entries);
    await update(db, entries, (entry) => {
      const attempts = entry.attempts + 1;
      const failed = attempts >= MAX_ATTEMPTS;
      return {
        ...entry,
        attempts,
        requestId: groups.get(entry.id) ?? entry.requestId,
        status: failed ? "failed" : "pending",
        nextRetryAt: failed ? null : toIso(clock.now() + backoffMs(attempts, clock)),
        error: { kind: failed ? "gave-up" : "retrying", reason: fault.reason, ...(fault.code && { code: fault.code }) },
      };
    });
  });
}

/**
 * The server will never take it as it is. All or nothing holds for the request, so nothing of it was stored: what the refusal names is
 * parked, the rest is thawed and goes on in a new request. A refusal that names nothing in a larger request is looked for by halves.
 */
export async function settleRefused(
  db: UserDatabase,
  transport: Transport,
  entries: readonly FrozenEntry[],
  refusal: Refusal,
): Promise<void> {
  await db.transaction("rw", db.syncQueue, async () => {
    const named = transport.refused(entries, refusal);
    if (named.size === 0 && entries.length > 1) {
      const groups = halve(entries);
      await update(db, entries, (entry) => ({
        ...entry,
        status: "pending",
        requestId: groups.get(entry.id) ?? entry.requestId,
      }));
      return;
    }
    await update(db, entries, (entry) => {
      const thawed = { ...entry, requestId: null, body: null, nextRetryAt: null };
      const why = named.get(entry.id) ?? (entries.length === 1 ? refusal : undefined);
      if (!why) return { ...thawed, status: "pending" };
      return { ...thawed, status: "failed", error: { kind: "refused", code: why.code, reason: why.reason } };
    });
    for (const entry of entries) await dropIfDeleted(db, entry);
  });
}

/** A row that the server refused to create and that was deleted here meanwhile leaves nothing to do. */
async function dropIfDeleted(db: UserDatabase, refused: FrozenEntry): Promise<void> {
  if (refused.op !== "create") return;
  if ((await db.syncQueue.get(refused.id))?.status !== "failed") return;
  const ofRow = await db.syncQueue.where("[collection+key]").equals([refused.collection, refused.key]).toArray();
  if (ofRow.some((entry) => entry.op === "delete")) await db.syncQueue.bulkDelete(ofRow.map((entry) => entry.id));
}

/**
 * Splits a request that failed as a whole in two, so that after a few failures one poisonous entry stands alone and takes nobody down
 * with it. Each body stays as it was frozen; only the company changes, which the server doesn't mind: it knows entries, not requests.
 */
function halve(entries: readonly FrozenEntry[]): Map<string, string> {
  if (entries.length < 2) return new Map();
  const secondId = newId();
  return new Map(entries.slice(Math.ceil(entries.length / 2)).map((entry) => [entry.id, secondId]));
}

/** Changes those entries that are still in the queue as they were sent; a row that was deleted meanwhile took its entries along. */
async function update(
  db: UserDatabase,
  entries: readonly FrozenEntry[],
  change: (entry: FrozenEntry) => OutboxEntry,
): Promise<void> {
  const current = await db.syncQueue.bulkGet(entries.map((entry) => entry.id));
  const changed = entries.filter((entry, index) => current[index]?.requestId === entry.requestId).map(change);
  await db.syncQueue.bulkPut(changed);
}
