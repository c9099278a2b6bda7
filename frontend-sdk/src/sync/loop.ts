// The leader's loop: sends what is due, then pulls what is new, then sleeps until something is due. It does one thing at a time, so that an answer
// is stored before the next request.

import type { Connectivity } from "../connectivity/connectivity";
import { StorageFullError } from "../errors";
import { FAULTS_ENABLED, hasFault, unknownTo } from "../faults";
import type { Http } from "../http/client";
import type { Outcome, Refusal } from "../http/outcome";
import { fetchChanges, fetchInitialSnapshot, postSync } from "../http/requests";
import { retryGivenUp } from "../outbox/actions";
import { recordFault, recordNoAnswer, recordRefusal } from "../outbox/retry";
import { type SealedEntry, sealNext } from "../outbox/seal";
import { AppState, type UserState } from "../store/app-state";
import { toLandfallError } from "../store/storage-errors";
import type { UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { SyncMutation, SyncRequest } from "../types/wire";
import { toIso } from "../util/clock";
import { Waker } from "../util/waker";
import { type Identity, POLL_MS } from "./identity";
import { hasInitialSnapshot, storeInitialSnapshot } from "./initial-snapshot";
import type { Pauses } from "./pause";
import { storeChanges } from "./pull";
import { storePushResponse } from "./push-response";
import { beginResync } from "./resync";

/** The version of the wire format, for the server's logs. */
const SCHEMA_VERSION = 2;

/** How many messages of one session the initial snapshot has at most. */
const SNAPSHOT_MESSAGES = 50;

/** The server's largest page. */
const PAGE = 200;

export interface SyncLoopParts {
  userId: string;
  db: UserDatabase;
  http: Http;
  clock: Clock;
  connectivity: Connectivity;
  identity: Identity;
  pauses: Pauses;
}

export class SyncLoop {
  readonly #parts: SyncLoopParts;
  readonly #state: AppState<UserState>;
  readonly #waker: Waker;
  #pullWanted = false;
  /** Milliseconds since 1970 of the last pull. */
  #pulledAt = 0;
  #leading = false;

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
    this.#state = new AppState<UserState>(parts.db.appState);
    this.#waker = new Waker(parts.clock);
  }

  /** Something may be due. */
  wake(): void {
    this.#waker.wake();
  }

  /** Pulls when nothing is due. */
  pullSoon(): void {
    this.#pullWanted = true;
    this.#waker.wake();
  }

  /** A visible tab asks for news no older than a poll. One pull serves all tabs. */
  tick(): void {
    if (this.#parts.clock.now() - this.#pulledAt >= POLL_MS * 0.8) this.pullSoon();
  }

  /** The server is reachable again, or a user signed in: entries that were given up get another attempt. */
  async reconnected(): Promise<void> {
    await this.#parts.pauses.clear("forbidden", "unauthenticated");
    if (this.#leading) await retryGivenUp(this.#parts.db);
    this.pullSoon();
  }

  /** Leads until `signal` aborts. Entries that a dead leader left as `sending` are scheduled like others. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    signal.addEventListener("abort", () => this.#waker.wake());
    this.#leading = true;
    await retryGivenUp(this.#parts.db).catch(() => {});
    await this.#checkSessionPause().catch(() => {});
    this.#pullWanted = true;
    while (!signal.aborted) {
      const ms = await this.#step(signal).catch((error: unknown) => this.#pauseForError(error, signal));
      if (ms > 0 && !signal.aborted) await this.#waker.wait(Math.min(ms, POLL_MS));
    }
    this.#leading = false;
  };

  /** The leader before may have ended after it paused for an ended session and before it reported that. This tab asks for itself. */
  async #checkSessionPause(): Promise<void> {
    const { identity, pauses } = this.#parts;
    const pause = await this.#state.get("sync.pause");
    if (pause?.code !== "unauthenticated" || !identity.confirmed) return;
    await identity.verify();
    if (identity.confirmed) await pauses.clear("unauthenticated");
  }

  /** Does one thing. Returns the milliseconds until there may be another. */
  async #step(signal: AbortSignal): Promise<number> {
    const { db, connectivity, identity, pauses, clock } = this.#parts;
    if (!connectivity.online || !identity.confirmed) return POLL_MS;
    const pausedMs = await pauses.remainingMs();
    if (pausedMs !== 0) return pausedMs ?? POLL_MS;
    // Nothing is sent during a resync, since the rows that edits were made from are about to change.
    const resync = await this.#state.get("sync.resync");
    if (resync) return this.#pull(signal);
    const next = await sealNext(db, clock.now());
    if (next.kind === "request") return this.#push(next.entries, signal);
    if (this.#pullWanted) return (await hasInitialSnapshot(db)) ? this.#pull(signal) : this.#loadSnapshot(signal);
    return next.kind === "wait" ? next.ms : POLL_MS;
  }

  async #push(entries: SealedEntry[], signal: AbortSignal): Promise<number> {
    const { db, http, connectivity, identity, clock, userId } = this.#parts;
    const body = await this.#request(entries);
    const outcome = await identity.inName(userId, () => postSync(http, body, signal));
    switch (outcome?.kind) {
      case "ok":
        await storePushResponse(db, entries, outcome.data, clock);
        await this.#onPage(outcome.data);
        break;
      case "refused":
        if (outcome.refusal.code === "resync_required") await this.#resync(outcome.refusal, entries);
        else await recordRefusal(db, entries, outcome.refusal);
        break;
      case "fault":
        await recordFault(db, entries, outcome, clock);
        break;
      case "timeout": {
        // It counts only if the server can be reached: then this request is what doesn't pass.
        const reached = await connectivity.check();
        if (reached) await recordFault(db, entries, { reason: "The server didn't answer in time." }, clock);
        else await recordNoAnswer(db, entries);
        return 0;
      }
      default:
        await recordNoAnswer(db, entries);
    }
    return this.#afterRequest(outcome, signal);
  }

  async #pull(signal: AbortSignal): Promise<number> {
    const { db, http, identity, userId, clock } = this.#parts;
    this.#noteAttempt();
    const query = { ...(await this.#position()), limit: PAGE };
    const outcome = await identity.inName(userId, () => fetchChanges(http, query, signal));
    if (outcome?.kind === "ok") {
      await storeChanges(db, outcome.data, clock);
      await this.#onPage(outcome.data);
    } else if (outcome?.kind === "refused" && outcome.refusal.code === "resync_required") {
      await this.#resync(outcome.refusal, []);
    } else return this.#afterFailedPull(outcome, signal);
    return this.#afterRequest(outcome, signal);
  }

  async #loadSnapshot(signal: AbortSignal): Promise<number> {
    const { db, http, identity, userId, clock } = this.#parts;
    this.#noteAttempt();
    const outcome = await identity.inName(userId, () => fetchInitialSnapshot(http, SNAPSHOT_MESSAGES, signal));
    if (outcome?.kind !== "ok") return this.#afterFailedPull(outcome, signal);
    if (outcome.data.user.id !== userId) {
      await identity.verify();
      return POLL_MS;
    }
    await storeInitialSnapshot(db, outcome.data, clock);
    this.#pullWanted = true;
    return this.#afterRequest(outcome, signal);
  }

  /** The pull is repeated at the next poll or wake-up. */
  async #afterFailedPull(outcome: Outcome<unknown> | null, signal: AbortSignal): Promise<number> {
    if (outcome?.kind === "timeout") this.#parts.connectivity.reportUnreachable();
    // A refused pull is no fault of any row. The server may be older than this client.
    if (outcome?.kind === "refused") await this.#parts.pauses.forTime("internal", outcome.refusal.reason);
    await this.#afterRequest(outcome, signal);
    return (await this.#state.get("sync.resync")) ? POLL_MS : 0;
  }

  #noteAttempt(): void {
    this.#pullWanted = false;
    this.#pulledAt = this.#parts.clock.now();
  }

  async #request(entries: readonly SealedEntry[]): Promise<SyncRequest> {
    const mutations = entries.map(
      ({ number: id, collection, key, op, body }): SyncMutation => ({ id, collection, op, key, ...body }),
    );
    const clientId = entries[0]?.clientId ?? "";
    return { clientId, schemaVersion: SCHEMA_VERSION, ...(await this.#position()), mutations, limit: PAGE };
  }

  /** How far this device has pulled, and the collections that it knows and wants. The cursor has a position for each of them. */
  async #position(): Promise<{ cursor: string | null; collections: string[] }> {
    const excluded = (await this.#state.get("sync.excluded")) ?? [];
    const wanted = [...this.#parts.db.kinds.values()].filter(
      ({ name, direction }) => direction !== "device-only" && !excluded.includes(name),
    );
    const collections = wanted.map(({ name }) => name);
    if (FAULTS_ENABLED && hasFault("unknown collection skipped")) collections.push(...unknownTo(this.#parts.db.name));
    const pull = await this.#state.get("sync.pull");
    return { cursor: pull?.cursor ?? null, collections };
  }

  async #onPage({ hasMore }: { hasMore: boolean }): Promise<void> {
    if (hasMore) this.#pullWanted = true;
    else await this.#state.set("sync.lastSyncedAt", toIso(this.#parts.clock.now()));
  }

  async #resync({ cause }: Refusal, entries: readonly SealedEntry[]): Promise<void> {
    await recordNoAnswer(this.#parts.db, entries);
    await beginResync(this.#parts.db, cause === "epoch" ? "epoch" : "horizon");
  }

  /** Applies what an outcome says about the connection, the session and pauses. */
  async #afterRequest(outcome: Outcome<unknown> | null, signal: AbortSignal): Promise<number> {
    const { connectivity, identity, pauses } = this.#parts;
    // Another user is signed in by now, and this loop is about to be stopped.
    if (!outcome) return POLL_MS;
    if (outcome.kind === "unreachable" || outcome.kind === "timeout") {
      if (!signal.aborted && outcome.kind === "unreachable") connectivity.reportUnreachable();
      return 0;
    }
    connectivity.reportDelivered();
    if (outcome.kind === "busy") await pauses.forTime("busy", outcome.reason, outcome.retryAfterMs);
    else if (outcome.kind === "forbidden") await pauses.untilCleared("forbidden", outcome.reason);
    else if (outcome.kind === "unauthenticated") {
      if (FAULTS_ENABLED && hasFault("outbox dropped on 401")) await this.#parts.db.syncQueue.clear();
      await identity.verify();
      // A session that turns out to be valid is used again after a pause, never in a tight loop.
      if (identity.confirmed) await pauses.forTime("unauthenticated", outcome.reason);
      else await pauses.untilCleared("unauthenticated", "The session has ended. Sign in again to go on.");
    } else pauses.resetStreak();
    return 0;
  }

  /** A local error (a full disk, a bug) loses nothing, since each step is one transaction. The queue is paused and shows the reason. */
  async #pauseForError(error: unknown, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return 0;
    const known = toLandfallError(error);
    const code = known instanceof StorageFullError ? "storage_full" : "internal";
    const reason = known instanceof Error ? known.message : String(known);
    // If the disk has no room for the pause itself, the poll interval is the pause.
    return this.#parts.pauses.forTime(code, reason).then(
      () => 0,
      () => POLL_MS,
    );
  }
}
