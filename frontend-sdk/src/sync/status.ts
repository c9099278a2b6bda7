// Derives the public SyncStatus from the queue, the connection and the session. Queries only.

import { Dexie } from "dexie";
import { AppState, type Pause, type UserState } from "../store/app-state";
import { entriesIn } from "../store/row-state";
import type { UserDatabase } from "../store/synced-kind";
import type { AuthState } from "../types/auth";
import type { ConnectivityState } from "../types/connectivity";
import type { SyncStatus } from "../types/sync";

/** What the database says about the queue. */
export interface QueueFacts {
  pending: number;
  sending: number;
  failed: number;
  /** Pending entries that wait until the server knows their collections. */
  held: number;
  /** Collections that the server doesn't know. */
  unknown: readonly string[];
  /** RFC 3339 UTC: the earliest time that an entry waits for. */
  nextRetryAt: string | null;
  pausedByApp: boolean;
  pause: Pause | null;
  lastSyncedAt: string | null;
  /** Rows that the pull in progress has brought so far. */
  receiving: number;
}

/** For liveQuery. */
export async function queryFacts(db: UserDatabase): Promise<QueueFacts> {
  const state = new AppState<UserState>(db.appState);
  const count = (status: string) => db.syncQueue.where("status").equals(status).count();
  const unknown = (await state.get("sync.unknown")) ?? [];
  const held = (await Promise.all(unknown.map((name) => entriesIn(db, name)))).flat();
  const first = await db.syncQueue
    .where("[status+nextRetryAt]")
    .between(["pending", ""], ["pending", Dexie.maxKey])
    .first();
  return {
    pending: await count("pending"),
    sending: await count("sending"),
    failed: await count("failed"),
    held: held.filter(({ status }) => status === "pending").length,
    unknown,
    nextRetryAt: first?.nextRetryAt ?? null,
    pausedByApp: (await state.get("sync.pausedByApp")) ?? false,
    pause: (await state.get("sync.pause")) ?? null,
    lastSyncedAt: (await state.get("sync.lastSyncedAt")) ?? null,
    receiving: (await state.get("sync.pull"))?.rows ?? 0,
  };
}

/** Whether everything that the server takes was answered. Failed entries count as answered. */
export function isInSync({ pending, sending, held }: QueueFacts): boolean {
  return pending + sending === held;
}

/** `facts` is `null` until they have been read, and while nobody is signed in. */
export function describe(facts: QueueFacts | null, connectivity: ConnectivityState, auth: AuthState): SyncStatus {
  const { online } = connectivity;
  if (auth.status !== "signed-in") {
    return {
      state: "paused",
      pending: 0,
      failed: 0,
      online,
      reason: auth.status === "loading" ? "Starting." : "Nobody is signed in.",
    };
  }
  if (!facts) return { state: "saved", pending: 0, failed: 0, online };
  const figures = {
    pending: facts.pending + facts.sending,
    failed: facts.failed,
    online,
    ...(facts.receiving > 0 && { receiving: facts.receiving }),
    ...(facts.lastSyncedAt && { lastSyncedAt: facts.lastSyncedAt }),
  };
  return { ...figures, ...stateOf(facts, online, auth) };
}

function stateOf(
  facts: QueueFacts,
  online: boolean,
  auth: AuthState,
): Pick<SyncStatus, "state" | "reason" | "nextRetryAt"> {
  const { pause } = facts;
  if (facts.pausedByApp) return { state: "paused", reason: "Paused here." };
  if (auth.expired) return { state: "paused", reason: "The session has ended. Sign in again to go on." };
  if (pause && pause.until === null) return { state: "paused", reason: pause.reason };
  if (!online) return { state: "offline", reason: "The server can't be reached. Everything is saved on this device." };
  if (pause) return { state: "paused", reason: pause.reason, ...(pause.until && { nextRetryAt: pause.until }) };
  if (facts.sending > 0) return { state: "sending" };
  if (!isInSync(facts)) return { state: "saved", ...(facts.nextRetryAt && { nextRetryAt: facts.nextRetryAt }) };
  if (facts.failed > 0) return { state: "failed", reason: failedReason(facts.failed) };
  if (facts.held > 0) return { state: "saved", reason: `The server doesn't know ${facts.unknown.join(", ")} yet.` };
  return { state: "synced" };
}

function failedReason(failed: number): string {
  return failed === 1 ? "One change could not be sent." : `${failed} changes could not be sent.`;
}
