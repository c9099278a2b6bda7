// Derives the public SyncStatus from the queue, the connection and the session. Queries only.

import { Dexie } from "dexie";
import { AppState, type Pause, type UserState } from "../store/app-state";
import { entriesIn, failedEntries } from "../store/entries";
import type { UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import type { AuthState } from "../types/auth";
import type { ConnectivityState } from "../types/connectivity";
import type { SyncStatus } from "../types/sync";

const SUSPENDED = "Another tab is suspended. This one takes over in a moment.";

/** What the database says about the queue. */
export interface QueueFacts {
  pending: number;
  sending: number;
  failed: number;
  /** Open conflicts. */
  conflicts: number;
  /** Pending entries that wait until the server knows their collections. */
  held: number;
  /** Collections that the server doesn't know. */
  unknown: readonly string[];
  /** RFC 3339 UTC: the earliest time that an entry waits for. */
  nextRetryAt: string | null;
  pausedByApp: boolean;
  pause: Pause | null;
  lastSyncedAt: string | null;
  /** Rows that the pull in progress has brought so far; `null` when everything that the server had has arrived. */
  receiving: number | null;
}

/** For liveQuery. */
export async function queryFacts(db: UserDatabase): Promise<QueueFacts> {
  const state = new AppState<UserState>(db.appState);
  // One transaction: an entry that changes its status between two counts would be in neither. Each count is of one range, since Dexie counts several
  // with a cursor, which takes seconds for a long queue.
  const [pending, sending] = await db.transaction("r", db.syncQueue, () =>
    Promise.all([countOf(db, "pending"), countOf(db, "sending")]),
  );
  const unknown = (await state.get("sync.unknown")) ?? [];
  const held = (await Promise.all(unknown.map((name) => entriesIn(db, name)))).flat();
  const first = await db.syncQueue
    .where("[status+nextRetryAt]")
    .between(["pending", ""], ["pending", Dexie.maxKey])
    .first();
  return {
    pending,
    sending,
    failed: await failedEntries(db).count(),
    conflicts: await db.conflicts.count(),
    held: held.filter(({ status }) => status === "pending").length,
    unknown,
    nextRetryAt: first?.nextRetryAt ?? null,
    pausedByApp: (await state.get("sync.pausedByApp")) ?? false,
    pause: (await state.get("sync.pause")) ?? null,
    lastSyncedAt: (await state.get("sync.lastSyncedAt")) ?? null,
    receiving: await receivedSoFar(state),
  };
}

function countOf(db: UserDatabase, status: OutboxEntry["status"]): Promise<number> {
  return db.syncQueue.where("status").equals(status).count();
}

async function receivedSoFar(state: AppState<UserState>): Promise<number | null> {
  const pull = await state.get("sync.pull");
  const done = pull?.complete && pull.rows === 0 && !(await state.get("sync.resync"));
  return done ? null : (pull?.rows ?? 0);
}

/** Whether everything that the server takes was answered. Failed entries and conflicts count as answered. */
export function isAnswered({ pending, sending, held }: QueueFacts): boolean {
  return pending + sending === held;
}

/** `facts` is `null` until they have been read, and while no user is signed in. `blocked`: another tab leads and does not answer. */
export function describe(
  facts: QueueFacts | null,
  connectivity: ConnectivityState,
  auth: AuthState,
  blocked = false,
): SyncStatus {
  const { online } = connectivity;
  if (auth.status !== "signed-in") {
    return {
      state: "paused",
      pending: 0,
      failed: 0,
      conflicts: 0,
      online,
      reason: auth.status === "loading" ? "Starting." : "Nobody is signed in.",
    };
  }
  if (!facts) return { state: "saved", pending: 0, failed: 0, conflicts: 0, online };
  const figures = {
    pending: facts.pending + facts.sending,
    failed: facts.failed,
    conflicts: facts.conflicts,
    online,
    ...(facts.receiving !== null && { receiving: facts.receiving }),
    ...(facts.lastSyncedAt && { lastSyncedAt: facts.lastSyncedAt }),
  };
  return { ...figures, ...stateOf(facts, online, auth, blocked) };
}

function stateOf(
  facts: QueueFacts,
  online: boolean,
  auth: AuthState,
  blocked: boolean,
): Pick<SyncStatus, "state" | "reason" | "nextRetryAt"> {
  const { pause } = facts;
  if (facts.pausedByApp) return { state: "paused", reason: "Paused here." };
  if (auth.expired) return { state: "paused", reason: "The session has ended. Sign in again to go on." };
  if (pause && pause.until === null) return { state: "paused", reason: pause.reason };
  if (!online) return { state: "offline", reason: "The server can't be reached. Everything is saved on this device." };
  if (pause) return { state: "paused", reason: pause.reason, ...(pause.until && { nextRetryAt: pause.until }) };
  const sent = isAnswered(facts);
  if (blocked && !sent) return { state: "saved", reason: SUSPENDED };
  if (facts.sending > 0) return { state: "sending" };
  if (!sent) return { state: "saved", ...(facts.nextRetryAt && { nextRetryAt: facts.nextRetryAt }) };
  if (facts.receiving !== null) return { state: "receiving", ...(blocked && { reason: SUSPENDED }) };
  if (facts.failed > 0) return { state: "failed", reason: `${changes(facts.failed)} could not be sent.` };
  if (facts.conflicts > 0)
    return { state: "conflicts", reason: `${changes(facts.conflicts)} met another device's: choose what stays.` };
  if (facts.held > 0) return { state: "saved", reason: `The server doesn't know ${facts.unknown.join(", ")} yet.` };
  return { state: "synced" };
}

function changes(count: number): string {
  return count === 1 ? "One change" : `${count} changes`;
}
