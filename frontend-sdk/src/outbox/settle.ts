// Writes down how a request ended when it was not answered item by item, in one transaction. It knows the rules of failing; it sends
// nothing.

import type { Refusal } from "../api/outcome";
import { type Clock, toIso } from "../clock";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { EntryError, OutboxEntry } from "../db/device-tables";
import { newId } from "../ids";
import { entriesOf } from "../rows/state";
import { backoffMs, MAX_ATTEMPTS } from "./backoff";
import { FRESH } from "./enqueue";
import { type FrozenEntry, rotateClient } from "./freeze";

/** No answer that says anything about the entries: they wait, frozen as they are, and nothing is counted. */
export async function settleUnanswered(db: UserDatabase, entries: readonly FrozenEntry[]): Promise<void> {
  await db.syncQueue.bulkPut(entries.map((entry) => ({ ...entry, status: "pending" })));
}

/**
 * The server was reached and failed. The request is halved, down to the one mutation that makes it fail; that one is given up after five
 * failures and keeps its number, so that a retry says the same. What was frozen after it goes on under a new name: numbers have no gaps, so
 * nothing of it can have been stored.
 */
export async function settleFault(
  db: UserDatabase,
  entries: readonly FrozenEntry[],
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
    if (gaveUp) await thawClient(db, entries[0]?.clientId);
  });
}

/**
 * The server will not take the request, so nothing of it was stored and no number is used up: what the refusal names is parked, the rest goes on in
 * a new request. A refusal that names nothing in a larger request is looked for by halves.
 */
export async function settleRefused(
  db: UserDatabase,
  entries: readonly FrozenEntry[],
  refusal: Refusal,
): Promise<void> {
  await db.transaction("rw", db.syncQueue, db.appState, async () => {
    // The server lost our place (or somebody else has our name): the mutations are fine, under another name.
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
      if (later) await giveWay(db, entry, later);
      else await db.syncQueue.put(park(entry, refusal.code, refusal.reason));
    }
    for (const { id } of entries) if (!parked.some((entry) => entry.id === id)) await thaw(db, id);
    await thawClient(db, entries[0]?.clientId);
  });
}

/** An entry that the server refused: it waits for a person, and takes a new number when it is sent again. */
export function park(entry: OutboxEntry, code: string, reason: string): OutboxEntry {
  return { ...entry, ...FRESH, status: "failed", nextRetryAt: null, error: { kind: "refused", code, reason } };
}

/** What was sent is not stored: its row's newer edit goes on in its place, or it waits to be sent again as the row is by then. */
export async function giveWay(db: UserDatabase, entry: FrozenEntry, later: OutboxEntry | undefined): Promise<void> {
  if (!later) return void (await db.syncQueue.put({ ...entry, ...FRESH, nextRetryAt: null }));
  await db.syncQueue.delete(entry.id);
  // A delete of what never came to be leaves nothing to do.
  if (entry.create && later.op === "delete") await db.syncQueue.delete(later.id);
  else await db.syncQueue.update(later.id, { create: entry.create });
}

async function thaw(db: UserDatabase, id: string): Promise<void> {
  await db.syncQueue.update(id, { ...FRESH, nextRetryAt: null });
}

/** What is frozen under a name that can't go on is sent anew under another. */
async function thawClient(db: UserDatabase, clientId: string | undefined): Promise<void> {
  const left = await db.syncQueue
    .filter((entry) => entry.clientId === clientId && entry.status !== "failed")
    .primaryKeys();
  for (const id of left) await thaw(db, id);
  const client = await new AppState<UserState>(db.appState).get("outbox.client");
  if (client?.id === clientId) await rotateClient(db);
}

/** The mutations that a refusal points at, by their places in the request. */
function namedBy({ errors }: Refusal): Set<number> {
  const places = errors.flatMap(({ pointer }) => /^\/mutations\/(\d+)(\/|$)/.exec(pointer)?.[1] ?? []);
  return new Set(places.map(Number));
}
