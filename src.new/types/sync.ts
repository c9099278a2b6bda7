// The queue of unsent changes.

import type { Observable } from "./observable";
import type { RowSync } from "./rows";

/** The state of the queue as a whole. */
export interface SyncStatus {
  /**
   * "synced": nothing waits, here or at the server. "receiving": rows of the server are still to come (`receiving`). "sending": a request is in
   * flight. "saved": something waits for its time (a quiet period, a retry), for a newer server or for a suspended tab (`reason`). "offline": the
   * server can't be reached. "paused": by the application, by the server (`reason`), until the next sign-in, or because this device's data can't be
   * read (`reason`). "failed": nothing else waits, but some changes could not be sent. "conflicts": nothing else waits, but the user must choose
   * between versions (`conflicts.list()`).
   */
  state: "synced" | "receiving" | "sending" | "saved" | "offline" | "paused" | "failed" | "conflicts";
  /** Entries that will still be sent automatically. */
  pending: number;
  /** Entries that were refused, or given up for now. Open conflicts aren't among them. */
  failed: number;
  /** Open conflicts. */
  conflicts: number;
  online: boolean;
  /** RFC 3339 UTC: when this device last had everything from the server. */
  lastSyncedAt?: string;
  /** How many rows have arrived so far, while more are to come: after the first sign-in, in a pull of several requests, in a resync. */
  receiving?: number;
  /** One sentence for people, where the state needs one. */
  reason?: string;
  /** RFC 3339 UTC: when the next attempt is due, if it is known. */
  nextRetryAt?: string;
}

/** A change that was refused, or given up for now. An open conflict isn't one. */
export interface FailedEntry {
  /** For `sync.retry` and `sync.discard`. */
  entryId: string;
  collection: string;
  /** The row's key. */
  key: string;
  /** Text to show for the row: a session's title, the beginning of a message. */
  title: string;
  /** One sentence for people. */
  reason: string;
  /** The server's stable error code, where it gave one. */
  code?: string;
}

/** Why a row is not synced. */
export interface SyncExplanation {
  /** The key that was asked for. */
  key: string;
  sync: RowSync;
  /** Attempts that count: the server was reached and this entry failed. */
  attempts: number;
  /** RFC 3339 UTC. */
  nextRetryAt?: string;
  /** RFC 3339 UTC: when it was written here. */
  queuedAt?: string;
}

/** All calls reject with NotSignedInError while no user is signed in. */
export interface Sync {
  readonly status: Observable<SyncStatus>;
  /** The failed entries of all collections, in the order of writing; `undefined` until first read. */
  failed(): Observable<FailedEntry[] | undefined>;
  /** Sends what waits and pulls, without waiting for timers. Resolves when both are requested, not when they are done. */
  now(): Promise<void>;
  /** Stops sending and pulling in all tabs until `resume`, also across reloads. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Resolves when nothing is on its way any more, in or out, and `status` shows it: "synced", "failed", "conflicts", or "saved" where only entries of
   * collections that the server doesn't know are left. It waits while the server can't be reached and while sync is paused. Rejects with the signal's
   * reason, and with NotSignedInError when the user signs out.
   *
   * @example
   * const { failed } = await landfall.sync.awaitInSync({ signal: AbortSignal.timeout(10_000) });
   */
  awaitInSync(options?: { signal?: AbortSignal }): Promise<SyncStatus>;
  /**
   * Why the row with this key (a session's id, a message's id or tempId) is not synced; `null` for a row that this device doesn't know. Rejects with
   * code `offline` like an edit.
   *
   * @example
   * const explanation = await landfall.sync.why(message.tempId);
   * if (explanation?.sync.state === "failed") showError(explanation.sync.reason);
   */
  why(key: string): Promise<SyncExplanation | null>;
  /** Sends a failed entry again. */
  retry(entryId: string): Promise<void>;
  retryAll(): Promise<void>;
  /** Keeps a collection on this device: nothing of it is sent or pulled. Rejects with code `unknown_collection`, or `offline` like an edit. */
  exclude(collection: string): Promise<void>;
  /** Syncs an excluded collection again, with what was written meanwhile. Rejects with code `unknown_collection`, `device_only` or `offline`. */
  include(collection: string): Promise<void>;
  /** Reverts the local change of an entry and removes the entry. Rejects with code `in_flight` while it is being sent, or `offline` like an edit. */
  discard(entryId: string): Promise<void>;
}
