// Adds a change of a row to the queue, inside the caller's transaction, so that the row and its entry are saved together or not at all.

import { AppState, type UserState } from "../store/app-state";
import { nameOf } from "../store/entries";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { CascadedRow, OutboxEntry, Row } from "../store/tables";
import { fingerprint } from "../util/hash";
import { newId } from "../util/ids";
import { unsentFilesIn } from "./mentions";

/** The next number in the order of writing, the first of `count`. It counts over all tabs, since transactions on one database run one after the other. */
export async function nextOrder(db: UserDatabase, count = 1): Promise<number> {
  const state = new AppState<UserState>(db.appState);
  const last = (await state.get("outbox.order")) ?? 0;
  await state.set("outbox.order", last + count);
  return last + 1;
}

export interface QueueOptions {
  /** From `nextOrder`, in the same transaction. Default: the next. */
  order?: number;
  /** RFC 3339 UTC: the end of the quiet period. Default: none. */
  notBefore?: string;
}

export interface Change extends QueueOptions {
  key: string;
  op: OutboxEntry["op"];
  create: boolean;
  /** The row after a put, before a delete. */
  row: Row;
  cascade?: CascadedRow[];
  /** RFC 3339 UTC. */
  now: string;
}

export async function enqueue(db: UserDatabase, kind: SyncedKind, change: Change): Promise<void> {
  const order = change.order ?? (await nextOrder(db));
  const needs = change.op === "put" ? await needsOf(db, kind, change.row) : [];
  await db.syncQueue.add(newEntry(kind, change, order, needs));
}

/** `order`: from `nextOrder`. `needs`: from `needsOf`. */
export function newEntry(kind: SyncedKind, change: Change, order: number, needs: string[]): OutboxEntry {
  const { key, op, create, row, cascade = [], now, notBefore = null } = change;
  return {
    id: newId(),
    order,
    type: kind.createdBy === "upload" && op === "put" && create ? "upload" : "mutation",
    collection: kind.name,
    key,
    op,
    create,
    needs,
    batchGroup: kind.batchGroup?.(row) ?? nameOf(kind.name, key),
    cascade,
    payloadHash: fingerprint(row),
    queuedAt: now,
    ...UNSEALED,
    nextRetryAt: notBefore,
  };
}

/** The members of an entry that is not sealed: whatever was tried before, the row is sent as it is by then. */
export const UNSEALED = {
  status: "pending",
  attempts: 0,
  error: null,
  requestId: null,
  clientId: null,
  number: null,
  body: null,
  unsure: false,
} as const;

/**
 * Joins a put to the row's waiting entry, so that the server gets one write. A refused entry becomes pending again, since the new content may
 * pass; a conflict keeps waiting for the user.
 */
export async function joinEntry(
  db: UserDatabase,
  kind: SyncedKind,
  waiting: OutboxEntry,
  row: Row,
  notBefore: string | null = null,
): Promise<void> {
  const { error, unsure } = waiting;
  const pending = error?.kind === "conflict" ? {} : { ...UNSEALED, unsure, nextRetryAt: notBefore };
  const needs = await needsOf(db, kind, row);
  await db.syncQueue.put({ ...waiting, ...pending, op: "put", needs, cascade: [], payloadHash: fingerprint(row) });
}

/** The rows that the server must have before this one: its required parents, and the unsent files that it mentions. */
export async function needsOf(db: UserDatabase, kind: SyncedKind, row: Row): Promise<string[]> {
  const parents = parentsOf(db, kind, row);
  return kind.createdBy === "upload" ? parents : [...parents, ...(await unsentFilesIn(db, row))];
}

/** The rows that the server must have before this one. */
export function parentsOf(db: UserDatabase, kind: SyncedKind, row: Row): string[] {
  return kind.references.flatMap(({ member, collection, required }) => {
    const key = row[member];
    // Of a row that gets another key, the temporary one must not be sent.
    const waits = required || db.kinds.get(collection)?.temporaryKeyOf !== undefined;
    return waits && typeof key === "string" ? [nameOf(collection, key)] : [];
  });
}

/** Queues the difference between the local row and the server's (`base`): a put, or a delete of a row that is gone here. `now` is RFC 3339 UTC. */
export async function enqueueDifference(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  { row, base, create }: { row: Row | null | undefined; base: Row | null; create: boolean },
  now: string,
): Promise<void> {
  if (row) await enqueue(db, kind, { key, op: "put", create, row, now });
  else if (base) await enqueue(db, kind, { key, op: "delete", create: false, row: base, now });
}
