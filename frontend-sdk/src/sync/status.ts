// The one line that people read: from the figures of the queue, the line and the session to a SyncStatus. Reads, never writes.

import { AppState, type Hold, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { AuthState, ConnectivityState, SyncStatus } from "../types";

/** What the database says about the queue. */
export interface QueueFacts {
  pending: number;
  sending: number;
  failed: number;
  /** RFC 3339 UTC: the earliest moment an entry waits for. */
  nextRetryAt: string | null;
  pausedByApp: boolean;
  hold: Hold | null;
  lastSyncedAt: string | null;
  /** Rows that the pull under way has brought so far. */
  receiving: number;
}

/** For liveQuery. */
export async function queryFacts(db: UserDatabase): Promise<QueueFacts> {
  const state = new AppState<UserState>(db.appState);
  const status = db.syncQueue.where("status");
  const first = await db.syncQueue
    .where("[status+nextRetryAt]")
    .between(["pending", ""], ["pending", "\uffff"])
    .first();
  return {
    pending: await db.syncQueue.where("status").equals("pending").count(),
    sending: await db.syncQueue.where("status").equals("sending").count(),
    failed: await status.equals("failed").count(),
    nextRetryAt: first?.nextRetryAt ?? null,
    pausedByApp: (await state.get("sync.pausedByApp")) ?? false,
    hold: (await state.get("sync.hold")) ?? null,
    lastSyncedAt: (await state.get("sync.lastSyncedAt")) ?? null,
    receiving: (await state.get("sync.pull"))?.rows ?? 0,
  };
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
  const { hold } = facts;
  if (facts.pausedByApp) return { state: "paused", reason: "Paused here." };
  if (auth.expired) return { state: "paused", reason: "The session has ended. Sign in again to go on." };
  if (hold && hold.until === null) return { state: "paused", reason: hold.reason };
  if (!online) return { state: "offline", reason: "The server can't be reached. Everything is saved on this device." };
  if (hold) return { state: "paused", reason: hold.reason, ...(hold.until && { nextRetryAt: hold.until }) };
  if (facts.sending > 0) return { state: "sending" };
  if (facts.pending > 0) return { state: "saved", ...(facts.nextRetryAt && { nextRetryAt: facts.nextRetryAt }) };
  if (facts.failed > 0) return { state: "failed", reason: failedReason(facts.failed) };
  return { state: "synced" };
}

function failedReason(failed: number): string {
  return failed === 1 ? "One change could not be sent." : `${failed} changes could not be sent.`;
}
