// Takes the next request out of the queue, numbers its mutations and seals their bodies, in one transaction. A sealed request is sent unchanged
// until it is answered, by whichever tab leads.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { AppState, type UserState } from "../store/app-state";
import { changeRows } from "../store/change-rows";
import { nameOf } from "../store/entries";
import { bodyOf } from "../store/merge";
import { stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { MutationBody, OutboxEntry } from "../store/tables";
import { toIso } from "../util/clock";
import { withExactNumbers } from "../util/exact";
import { newId } from "../util/ids";
import { MAX_GIVEN_UP_MS } from "./backoff";
import { type Schedule, scheduleNext } from "./schedule";

/**
 * The most bytes of JSON of one request's bodies. It is far below the server's 8 MiB, so that a broken connection has little to repeat. A single
 * larger body is sent alone.
 */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** An entry with its number and body. */
export type SealedEntry = OutboxEntry & { requestId: string; clientId: string; number: number; body: MutationBody };

/** A sealed request, ready to be sent; or what the schedule says when there is none. */
export type NextRequest =
  /** `resent`: it was sealed before, so the server may have it. */
  { kind: "request"; entries: SealedEntry[]; resent: boolean } | Exclude<Schedule, { kind: "send" }>;

/**
 * Seals the next request and marks its entries as `sending`. `now` is milliseconds since 1970. `maxBytes`: of the bodies, as the connection delivers
 * them in seconds.
 */
export async function sealNext(db: UserDatabase, now: number, maxBytes: number): Promise<NextRequest> {
  return db.transaction("rw", db.tables, async (): Promise<NextRequest> => {
    const state = new AppState<UserState>(db.appState);
    // A pause that began after the caller asked for it: what is written from then on is not sent.
    if (await state.get("sync.pausedByApp")) return { kind: "idle" };
    const kept = [...((await state.get("sync.excluded")) ?? []), ...((await state.get("sync.unknown")) ?? [])];
    const localOnly = new Set(
      ((await db.syncRows.where("localOnly").above(0).primaryKeys()) as [string, string][]).map((key) =>
        nameOf(...key),
      ),
    );
    const sends = (collection: string) => db.kinds.get(collection)?.direction === "both" && !kept.includes(collection);
    const replacesKeys = (collection: string) => db.kinds.get(collection)?.temporaryKeyOf !== undefined;
    const flushAt = (collection: string) => db.kinds.get(collection)?.flushAt ?? null;
    await retryGivenUpDue(db, now);
    for (;;) {
      const queue = await db.syncQueue.orderBy("order").toArray();
      const client = await state.get("outbox.client");
      const facts = { now, clientId: client?.id ?? null, sends, localOnly, replacesKeys, flushAt };
      const next = scheduleNext(queue, facts);
      if (next.kind !== "send") return next;
      const sealed = next.entries[0]?.number !== null;
      const entries = sealed ? await resend(db, next.entries) : await seal(db, next.entries, now, maxBytes);
      if (entries.length > 0) return { kind: "request", entries, resent: sealed };
      // The rows of all entries are gone, and so are the entries: the next round finds others.
    }
  });
}

/** Gives entries that were given up long enough ago another attempt, since the fault may have been the server's. */
async function retryGivenUpDue(db: UserDatabase, now: number): Promise<void> {
  const due = db.syncQueue
    .where("status")
    .equals("failed")
    .and(({ error, nextRetryAt }) => {
      const ms = nextRetryAt && error?.kind === "gave-up" ? Date.parse(nextRetryAt) - now : null;
      // A time further in the future means that the clock was changed.
      return ms !== null && (ms <= 0 || ms > MAX_GIVEN_UP_MS);
    });
  await changeRows(db.syncQueue, due, { status: "pending", nextRetryAt: null });
}

/** Numbers the following mutations from 1 under a new client name. */
export async function rotateClient(db: UserDatabase): Promise<void> {
  await new AppState<UserState>(db.appState).set("outbox.client", { id: newId(), next: 1 });
}

async function resend(db: UserDatabase, scheduled: readonly OutboxEntry[]): Promise<SealedEntry[]> {
  const entries = scheduled.map((entry) => ({ ...entry, status: "sending" }) as SealedEntry);
  await db.syncQueue.bulkPut(entries);
  return entries;
}

async function seal(
  db: UserDatabase,
  scheduled: readonly OutboxEntry[],
  now: number,
  maxBytes: number,
): Promise<SealedEntry[]> {
  const state = new AppState<UserState>(db.appState);
  const { id: clientId, next } = (await state.get("outbox.client")) ?? { id: newId(), next: 1 };
  const requestId = newId();
  const sealed: SealedEntry[] = [];
  let bytes = 0;
  let pauseMs = 0;
  for (const entry of scheduled) {
    const kind = db.kinds.get(entry.collection);
    if (pauseMs && entry.create && kind?.paceMs) {
      await db.syncQueue.put({ ...entry, nextRetryAt: toIso(now + pauseMs) });
      pauseMs += kind.paceMs;
      continue;
    }
    const body = kind && (await sealedBodyOf(db, kind, entry));
    if (body === undefined) {
      await db.syncQueue.delete(entry.id);
      continue;
    }
    if (await db.hold?.(entry, body)) continue;
    bytes += new TextEncoder().encode(JSON.stringify(body)).length;
    if (sealed.length > 0 && bytes > Math.min(maxBytes, MAX_REQUEST_BYTES)) break;
    if (entry.create) pauseMs ||= kind?.paceMs ?? 0;
    sealed.push({ ...entry, clientId, requestId, number: next + sealed.length, body, status: "sending" });
  }
  await db.syncQueue.bulkPut(sealed);
  await state.set("outbox.client", { id: clientId, next: next + sealed.length });
  return sealed;
}

/** What an entry sends for its row as it is now; `undefined` when the row is gone. */
async function sealedBodyOf(
  db: UserDatabase,
  kind: SyncedKind,
  { key, op }: OutboxEntry,
): Promise<MutationBody | undefined> {
  const { revision, base, exact } = await stateOf(db, kind, key);
  const isBlind = FAULTS_ENABLED && hasFault("unchanged members written again");
  const made =
    kind.versioned === true || (kind.versioned && op === "put" && !isBlind) ? { baseRevision: revision } : {};
  if (op === "delete") return made;
  const row = await db.rows(kind).get(key);
  const kept = FAULTS_ENABLED && hasFault("exact numbers rounded") ? undefined : exact;
  return row && { ...made, value: withExactNumbers(bodyOf(kind, row, base), kept) };
}
