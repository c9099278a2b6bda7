// Records a request that was not answered mutation by mutation, in one transaction: what is sent again, when, and under which name.

import { FAULTS_ENABLED, hasFault } from "../faults";
import type { Refusal } from "../http/outcome";
import { AppState, type UserState } from "../store/app-state";
import { changeRow } from "../store/change-rows";
import { entriesOf } from "../store/entries";
import type { UserDatabase } from "../store/synced-kind";
import type { EntryError, OutboxEntry } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { newId } from "../util/ids";
import { backoffMs, MAX_ATTEMPTS } from "./backoff";
import { UNSEALED } from "./enqueue";
import { ownCascade } from "./own-cascade";
import { rotateClient, type SealedEntry } from "./seal";

/**
 * The request got no answer about its entries, whatever became of it. They stay sealed under their numbers, and no attempt is counted. `split`: it may
 * have been too large for the connection, so the next request has half of it.
 */
export async function recordNoAnswer(db: UserDatabase, entries: readonly SealedEntry[], split = false): Promise<void> {
  await db.syncQueue.bulkPut(inHalves(entries, split).map((entry) => ({ ...entry, status: "pending" })));
  if (FAULTS_ENABLED && hasFault("silence taken for a refusal")) await unsealClient(db, entries[0]?.clientId);
}

/**
 * The server was reached and failed. Whether it stored anything isn't known, so all entries keep their numbers. The request is halved, down to the one
 * mutation that makes it fail. Returns whether that one has failed too often: then its client name is to be closed.
 */
export async function recordFault(
  db: UserDatabase,
  entries: readonly SealedEntry[],
  fault: { code?: string; reason: string },
  clock: Clock,
): Promise<boolean> {
  const attempts = Math.max(...entries.map((entry) => entry.attempts)) + 1;
  const error: EntryError = { kind: "retrying", reason: fault.reason, ...(fault.code && { code: fault.code }) };
  const nextRetryAt = toIso(clock.now() + backoffMs(attempts, clock));
  await db.syncQueue.bulkPut(
    inHalves(entries, true).map((entry) => ({ ...entry, attempts, error, status: "pending", nextRetryAt })),
  );
  return entries.length === 1 && attempts >= MAX_ATTEMPTS;
}

function inHalves(entries: readonly SealedEntry[], split: boolean): SealedEntry[] {
  const [half, rest] = [split ? Math.ceil(entries.length / 2) : entries.length, newId()];
  return entries.map((entry, index) => (index < half ? entry : { ...entry, requestId: rest }));
}

/** Refusals of a whole request that are about a single mutation, where there is only one. */
const CODES_OF_ONE = ["payload_too_large", "malformed_json"];

/**
 * The server refused the whole request, so it stored nothing of it and used no number. Entries that the refusal names are parked, the others are sent in
 * a new request. A refusal that names none is about the request: nothing is parked for it. Returns false then.
 */
export async function recordRefusal(
  db: UserDatabase,
  entries: readonly SealedEntry[],
  refusal: Refusal,
): Promise<boolean> {
  return db.transaction("rw", db.syncQueue, db.appState, async () => {
    // Another device counts under this client name, such as a copy of this one. The mutations are valid under a new name.
    const misnamed = refusal.code === "id_conflict";
    const named = misnamed ? new Set<number>() : namedBy(refusal);
    const aboutOne = CODES_OF_ONE.includes(refusal.code);
    if (entries.length === 1 && aboutOne) named.add(0);
    if (FAULTS_ENABLED && hasFault("refused request parks its entries") && named.size === 0 && !misnamed)
      for (const index of entries.keys()) named.add(index);
    if (named.size === 0 && !misnamed) {
      await recordNoAnswer(db, entries, aboutOne);
      return aboutOne;
    }
    const parked = entries.filter((_entry, index) => named.has(index));
    for (const entry of parked) {
      const [later] = (await entriesOf(db, entry.collection, entry.key)).filter(({ id }) => id !== entry.id);
      if (later) await requeue(db, entry, later);
      else await db.syncQueue.put(park(entry, refusal.code, refusal.reason));
    }
    for (const { id } of entries) if (!parked.some((entry) => entry.id === id)) await unseal(db, id);
    await unsealClient(db, entries[0]?.clientId);
    return true;
  });
}

/** The entry as refused: it waits for the user, and gets a new number when it is sent again. */
export function park(entry: OutboxEntry, code: string, reason: string): OutboxEntry {
  return { ...entry, ...UNSEALED, status: "failed", nextRetryAt: null, error: { kind: "refused", code, reason } };
}

/**
 * The server didn't store the entry. The row's later entry replaces it, or it is sealed again with the row as it is by then. `isThere`: the server has a row
 * of this key all the same.
 */
export async function requeue(
  db: UserDatabase,
  entry: SealedEntry,
  later: OutboxEntry | undefined,
  isThere = false,
): Promise<void> {
  if (!later) return void (await db.syncQueue.put({ ...entry, ...UNSEALED, nextRetryAt: null }));
  await db.syncQueue.delete(entry.id);
  // A row that was never created needs no delete.
  const create = entry.create && !isThere;
  const needless = create && later.op === "delete";
  if (needless) await db.syncQueue.delete(later.id);
  else await changeRow(db.syncQueue, later.id, { create });
  // Of the two, the delete is not sent.
  const unsent = needless ? later : entry;
  await ownCascade(db, unsent.cascade, unsent.queuedAt);
}

/** The server didn't store the entry, and another entry of this device is to be answered first. */
export async function requeueLater(db: UserDatabase, entry: SealedEntry, clock: Clock): Promise<void> {
  const attempts = entry.attempts + 1;
  const nextRetryAt = toIso(clock.now() + backoffMs(attempts, clock));
  await db.syncQueue.put({ ...entry, ...UNSEALED, attempts, nextRetryAt });
}

/** The entry is sealed again with the row as it is by then. */
export async function unseal(db: UserDatabase, id: string): Promise<void> {
  await changeRow(db.syncQueue, id, { ...UNSEALED, nextRetryAt: null });
}

/** Unseals what was sealed under a client name that can't continue. */
async function unsealClient(db: UserDatabase, clientId: string | undefined): Promise<void> {
  const left = await db.syncQueue
    .filter((entry) => entry.clientId === clientId && entry.status !== "failed")
    .primaryKeys();
  for (const id of left) await unseal(db, id);
  await leaveClient(db, clientId);
}

/** What is sealed next gets another client name, if this one is the current one. */
export async function leaveClient(db: UserDatabase, clientId: string | undefined): Promise<void> {
  const client = await new AppState<UserState>(db.appState).get("outbox.client");
  if (client?.id === clientId) await rotateClient(db);
}

/** The indexes of the mutations that a refusal of a request points at. */
function namedBy({ errors }: Refusal): Set<number> {
  const indexes = errors.flatMap(({ pointer }) => /^\/mutations\/(\d+)(\/|$)/.exec(pointer)?.[1] ?? []);
  return new Set(indexes.map(Number));
}
