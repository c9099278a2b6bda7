// Puts a change of a row into the queue, inside the caller's transaction, so that a row and its entry are saved together or not at all.
// It knows the rules of joining; it never sends anything.

import { unsentFilesIn } from "../assets/mentions";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry, Row, TakenRow } from "../db/device-tables";
import { fingerprint } from "../hash";
import { newId } from "../ids";
import type { Definition } from "../rows/definition";
import { nameOf } from "../rows/state";

/** The next number in the order of writing; counts over all tabs, since the transactions of one database take turns. */
export async function nextOrder(db: UserDatabase): Promise<number> {
  const state = new AppState<UserState>(db.appState);
  const order = ((await state.get("outbox.order")) ?? 0) + 1;
  await state.set("outbox.order", order);
  return order;
}

/** What a caller may know better than the rules. */
export interface QueueOptions {
  /** From `nextOrder`, in the same transaction. */
  order?: number;
  lane?: string;
  /** RFC 3339 UTC: the end of the pause that may gather more writes. */
  notBefore?: string;
}

/** A change to be queued. */
export interface Change extends QueueOptions {
  key: string;
  op: OutboxEntry["op"];
  create: boolean;
  /** The row after a put, before a delete. */
  row: Row;
  taken?: TakenRow[];
  /** RFC 3339 UTC. */
  now: string;
}

/** Adds an entry. */
export async function enqueue(db: UserDatabase, definition: Definition, change: Change): Promise<void> {
  const { key, op, create, row, taken = [], now, notBefore = null } = change;
  await db.syncQueue.add({
    id: newId(),
    order: change.order ?? (await nextOrder(db)),
    type: definition.uploads && op === "put" && create ? "upload" : "mutation",
    collection: definition.name,
    key,
    op,
    create,
    needs: op === "put" ? await needsOf(db, definition, row) : [],
    lane: change.lane ?? nameOf(definition.name, key),
    taken,
    nextRetryAt: notBefore,
    payloadHash: fingerprint(row),
    queuedAt: now,
    ...FRESH,
  });
}

/** Of an entry that is not on its way: whatever was tried before, it is to be sent as the row is by then. */
export const FRESH = {
  status: "pending",
  attempts: 0,
  error: null,
  requestId: null,
  clientId: null,
  number: null,
  body: null,
} as const;

/**
 * A put joins the row's waiting entry where there is one: the server then sees one write. What was refused before may pass now, so joining wakes it;
 * only a conflict waits for a person.
 */
export async function join(
  db: UserDatabase,
  definition: Definition,
  waiting: OutboxEntry,
  row: Row,
  notBefore: string | null = null,
): Promise<void> {
  const again = waiting.error?.kind === "conflict" ? {} : { ...FRESH, nextRetryAt: notBefore };
  const needs = await needsOf(db, definition, row);
  await db.syncQueue.put({ ...waiting, ...again, op: "put", needs, taken: [], payloadHash: fingerprint(row) });
}

/** What must be at the server before a row: what it is part of, and the files that it speaks of. */
export async function needsOf(db: UserDatabase, definition: Definition, row: Row): Promise<string[]> {
  const parents = definition.references.flatMap(({ member, collection, required }) => {
    const key = row[member];
    return required && typeof key === "string" ? [nameOf(collection, key)] : [];
  });
  return definition.uploads ? parents : [...parents, ...(await unsentFilesIn(db, row))];
}
