// Puts a local write into the queue, inside the caller's transaction, so that a row and its entry are saved together or not at all.
// It knows the rules of joining; it never sends anything.

import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { fingerprint } from "../hash";
import { newId } from "../ids";

/** The next number in the order of writing; counts over all tabs, since the transactions of one database take turns. */
export async function nextOrder(db: UserDatabase): Promise<number> {
  const state = new AppState<UserState>(db.appState);
  const order = ((await state.get("outbox.order")) ?? 0) + 1;
  await state.set("outbox.order", order);
  return order;
}

/** A write to be queued. */
export interface Write {
  collection: string;
  key: string;
  op: OutboxEntry["op"];
  lane: string;
  /** From `nextOrder`, in the same transaction. */
  order: number;
  /** RFC 3339 UTC. */
  now: string;
  /** Entries of other rows that must be answered first. Earlier entries of the same row are added here. */
  waitsFor?: string[];
  /** RFC 3339 UTC: the end of the pause that may gather more writes. */
  notBefore?: string;
  /** "update" only. */
  fields?: string[];
  /** "update": the values of `fields` before. "delete": what is still to be said of the row. */
  base?: Record<string, unknown>;
  /** The values that the entry writes, for the fingerprint. */
  payload: unknown;
}

/** Adds an entry for a row. */
export async function enqueue(db: UserDatabase, write: Write): Promise<OutboxEntry> {
  const earlier = await entriesOf(db, write.collection, write.key);
  const entry: OutboxEntry = {
    id: newId(),
    order: write.order,
    type: "mutation",
    collection: write.collection,
    key: write.key,
    op: write.op,
    lane: write.lane,
    waitsFor: [...(write.waitsFor ?? []), ...earlier.map((other) => other.id)],
    fields: write.fields ?? [],
    base: write.base ?? {},
    status: "pending",
    attempts: 0,
    nextRetryAt: write.notBefore ?? null,
    payloadHash: fingerprint(write.payload),
    error: null,
    requestId: null,
    body: null,
    queuedAt: write.now,
  };
  await db.syncQueue.add(entry);
  return entry;
}

/**
 * Queues an edit of a row's members. It joins the row's waiting entry where there is one that isn't frozen: the server then sees one
 * write. An edit that leads back to the values before the waiting one leaves nothing to send.
 * `row` is the row after the edit; `write.base` holds the edited members before it.
 */
export async function enqueueUpdate(
  db: UserDatabase,
  write: Omit<Write, "op" | "payload">,
  row: Record<string, unknown>,
): Promise<void> {
  const earlier = await entriesOf(db, write.collection, write.key);
  const waiting = earlier.at(-1);
  if (!waiting || waiting.requestId !== null || waiting.op === "delete") {
    await enqueue(db, { ...write, op: "update", payload: pick(row, write.fields ?? []) });
    return;
  }
  // What was refused before may pass now, so joining wakes it.
  const joined = { ...waiting, status: "pending" as const, error: null, attempts: 0, nextRetryAt: null };
  if (waiting.op === "create") {
    await db.syncQueue.put({ ...joined, payloadHash: fingerprint(row) });
    return;
  }
  const base = { ...write.base, ...waiting.base };
  const fields = Object.keys(base);
  const payloadHash = fingerprint(pick(row, fields));
  if (payloadHash === fingerprint(base)) await db.syncQueue.delete(waiting.id);
  else await db.syncQueue.put({ ...joined, base, fields, payloadHash });
}

/** The entries of a row, in order. */
export async function entriesOf(db: UserDatabase, collection: string, key: string): Promise<OutboxEntry[]> {
  return db.syncQueue.where("[collection+key]").equals([collection, key]).sortBy("order");
}

export function pick(row: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, row[field]]));
}
