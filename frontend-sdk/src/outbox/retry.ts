// Records a request that was not answered mutation by mutation, in one transaction: what is sent again, when, and under which name.

import type { Refusal } from "../http/outcome";
import { AppState, type UserState } from "../store/app-state";
import { entriesOf } from "../store/row-state";
import type { UserDatabase } from "../store/synced-kind";
import type { EntryError, OutboxEntry } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { newId } from "../util/ids";
import { backoffMs, MAX_ATTEMPTS } from "./backoff";
import { UNSEALED } from "./enqueue";
import { rotateClient, type SealedEntry } from "./seal";

/** The request got no answer about its entries. They stay sealed and wait; no attempt is counted. */
export async function recordNoAnswer(db: UserDatabase, entries: readonly SealedEntry[]): Promise<void> {
  await db.syncQueue.bulkPut(entries.map((entry) => ({ ...entry, status: "pending" })));
}

/**
 * The server was reached and failed. The request is halved, down to the one mutation that makes it fail. That one is given up after five failures
 * and keeps its number, so that a retry sends the same. Entries that were sealed after it continue under a new client name: numbers have no
 * gaps, so the server can't have stored any of them.
 */
export async function recordFault(
  db: UserDatabase,
  entries: readonly SealedEntry[],
  fault: { code?: string; reason: string },
  clock: Clock,
): Promise<void> {
  await db.transaction("rw", db.syncQueue, db.appState, async () => {
    const attempts = Math.max(...entries.map((entry) => entry.attempts)) + 1;
    const gaveUp = entries.length === 1 && attempts >= MAX_ATTEMPTS;
    const half = Math.ceil(entries.length / 2);
    const rest = newId();
    const error: EntryError = { kind: gaveUp ? "gave-up" : "retrying", reason: fault.reason };
    if (fault.code) error.code = fault.code;
    await db.syncQueue.bulkPut(
      entries.map((entry, index) => ({
        ...entry,
        attempts,
        error,
        requestId: index < half ? entry.requestId : rest,
        status: gaveUp ? "failed" : "pending",
        nextRetryAt: gaveUp ? null : toIso(clock.now() + backoffMs(attempts, clock)),
      })),
    );
    if (gaveUp) await unsealClient(db, entries[0]?.clientId);
  });
}

/**
 * The server refused the whole request, so it stored nothing and used no number. Entries that the refusal names are parked, the others are sent in
 * a new request. A refusal that names none halves a larger request.
 */
export async function recordRefusal(
  db: UserDatabase,
  entries: readonly SealedEntry[],
  refusal: Refusal,
): Promise<void> {
  await db.transaction("rw", db.syncQueue, db.appState, async () => {
    // The server has another state of this client name. The mutations are valid under a new name.
    const misnamed = refusal.code === "mutation_gap" || refusal.code === "id_conflict";
    const named = misnamed ? new Set<number>() : namedBy(refusal);
    if (entries.length === 1 && !misnamed) named.add(0);
    if (named.size === 0 && !misnamed) {
      const rest = newId();
      const half = Math.ceil(entries.length / 2);
      await db.syncQueue.bulkPut(
        entries.map((entry, index) => ({
          ...entry,
          status: "pending",
          requestId: index < half ? entry.requestId : rest,
        })),
      );
      return;
    }
    const parked = entries.filter((_entry, index) => named.has(index));
    for (const entry of parked) {
      const [later] = (await entriesOf(db, entry.collection, entry.key)).filter(({ id }) => id !== entry.id);
      if (later) await requeue(db, entry, later);
      else await db.syncQueue.put(park(entry, refusal.code, refusal.reason));
    }
    for (const { id } of entries) if (!parked.some((entry) => entry.id === id)) await unseal(db, id);
    await unsealClient(db, entries[0]?.clientId);
  });
}

/** The entry as refused: it waits for the user, and gets a new number when it is sent again. */
export function park(entry: OutboxEntry, code: string, reason: string): OutboxEntry {
  return { ...entry, ...UNSEALED, status: "failed", nextRetryAt: null, error: { kind: "refused", code, reason } };
}

/** The server didn't store the entry. The row's later entry replaces it, or it is sealed again with the row as it is by then. */
export async function requeue(db: UserDatabase, entry: SealedEntry, later: OutboxEntry | undefined): Promise<void> {
  if (!later) return void (await db.syncQueue.put({ ...entry, ...UNSEALED, nextRetryAt: null }));
  await db.syncQueue.delete(entry.id);
  // A row that was never created needs no delete.
  if (entry.create && later.op === "delete") await db.syncQueue.delete(later.id);
  else await db.syncQueue.update(later.id, { create: entry.create });
}

async function unseal(db: UserDatabase, id: string): Promise<void> {
  await db.syncQueue.update(id, { ...UNSEALED, nextRetryAt: null });
}

/** Unseals what was sealed under a client name that can't continue. */
async function unsealClient(db: UserDatabase, clientId: string | undefined): Promise<void> {
  const left = await db.syncQueue
    .filter((entry) => entry.clientId === clientId && entry.status !== "failed")
    .primaryKeys();
  for (const id of left) await unseal(db, id);
  const client = await new AppState<UserState>(db.appState).get("outbox.client");
  if (client?.id === clientId) await rotateClient(db);
}

/** The indexes of the mutations that a refusal of a request points at. */
function namedBy({ errors }: Refusal): Set<number> {
  const indexes = errors.flatMap(({ pointer }) => /^\/mutations\/(\d+)(\/|$)/.exec(pointer)?.[1] ?? []);
  return new Set(indexes.map(Number));
}
