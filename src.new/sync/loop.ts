// The leader's loop: sends what is due, then pulls what is new, then sleeps until something is due. It does one thing at a time, so that an answer
// is stored before the next request.

import type { Connectivity } from "../connectivity/connectivity";
import { StorageFullError } from "../errors";
import { FAULTS_ENABLED, hasFault, unknownTo } from "../faults";
import type { Http } from "../http/client";
import type { Outcome, Refusal } from "../http/outcome";
import { fetchChanges, postSync } from "../http/sync-requests";
import { retryGivenUp } from "../outbox/actions";
import { MAX_ATTEMPTS, MAX_DELAY_MS } from "../outbox/backoff";
import { recordFault, recordNoAnswer, recordRefusal } from "../outbox/retry";
import { type NextRequest, type SealedEntry, sealNext } from "../outbox/seal";
import { AppState, clearPause, type UserState } from "../store/app-state";
import { toLandfallError } from "../store/storage-errors";
import type { UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { LandfallOptions } from "../types/options";
import type { SyncMutation, SyncRequest } from "../types/wire";
import { elapsedBy, toIso } from "../util/clock";
import { Waker } from "../util/waker";
import { type Identity, POLL_MS } from "./identity";
import type { OutcomesParts } from "./outcomes";
import { type Pauses, pausesOf } from "./pause";
import { storeChanges } from "./pull";
import { storePushResponse } from "./push-response";
import { beginResync } from "./resync";
import { LockLostError, type TabLocks } from "./tab-locks";
import { Term } from "./term";

/** The version of the wire format, for the server's logs. */
const SCHEMA_VERSION = 2;

const TOO_LARGE = "Something between this device and the server refuses requests of this size.";

/** The server's largest page. */
const PAGE = 200;

export interface SyncLoopParts {
  userId: string;
  options: LandfallOptions;
  db: UserDatabase;
  http: Http;
  clock: Clock;
  locks: TabLocks;
  connectivity: Connectivity;
  identity: Identity;
  /** Loads the code of rare answers. */
  loadRare: () => Promise<RareAnswers>;
  /** There is no room to store anything, not even a pause. */
  onFull: () => void;
}

type RareAnswers = typeof import("./omitted-rows") & typeof import("./outcomes");

export class SyncLoop {
  readonly #parts: SyncLoopParts & { pauses: Pauses };
  readonly #state: AppState<UserState>;
  readonly #waker: Waker;
  readonly #term: Term;
  #pullWanted = false;
  readonly #elapsed: () => number;
  /** The time of the last pull, of `#elapsed`. */
  #pulledAt = 0;
  /** When entries that were given up were last tried because others had passed, of `#elapsed`. */
  #retriedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: SyncLoopParts) {
    this.#parts = { ...parts, pauses: pausesOf(parts.db, parts.clock) };
    this.#state = new AppState<UserState>(parts.db.appState);
    this.#waker = new Waker(parts.clock);
    this.#elapsed = elapsedBy(parts.clock);
    this.#term = new Term(this.#state, parts.locks);
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
    if (this.#elapsed() - this.#pulledAt >= POLL_MS * 0.8) this.pullSoon();
  }

  /** The server is reachable again, or a user signed in: entries that were given up get another attempt. */
  async reconnected(): Promise<void> {
    if (this.#term.running) await retryGivenUp(this.#parts.db);
    this.pullSoon();
  }

  /** Leads until `signal` aborts. Entries that a dead leader left as `sending` are scheduled like others. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    signal.addEventListener("abort", () => this.#waker.wake());
    await this.#term.begin().catch(() => {});
    await retryGivenUp(this.#parts.db).catch(() => {});
    await this.#checkSessionPause().catch(() => {});
    this.#pullWanted = true;
    while (!signal.aborted) {
      const ms = await this.#step(signal).catch((error: unknown) => this.#pauseForError(error, signal));
      if (ms > 0 && !signal.aborted) await this.#waker.wait(Math.min(ms, POLL_MS));
    }
    this.#term.end();
  };

  /** Runs `work`, unless another tab leads by now. */
  async #store<T>(work: () => Promise<T>): Promise<T> {
    await this.#term.check();
    return work();
  }

  /** Runs a request in the user's name; `null` if another user is signed in by now. The answer is dropped if another tab leads by then. */
  async #send<T>(request: () => Promise<Outcome<T>>): Promise<Outcome<T> | null> {
    const { identity, userId } = this.#parts;
    const outcome = await identity.inName(userId, request);
    await this.#term.check();
    return outcome;
  }

  /** The leader before may have ended after it paused for an ended session and before it reported that. This tab asks for itself. */
  async #checkSessionPause(): Promise<void> {
    const { identity } = this.#parts;
    const pause = await this.#state.get("sync.pause");
    if (pause?.code !== "unauthenticated" || !identity.confirmed) return;
    await identity.verify();
    if (identity.confirmed) await clearPause(this.#state, "unauthenticated");
  }

  /** Does one thing. Returns the milliseconds until there may be another. */
  async #step(signal: AbortSignal): Promise<number> {
    const { db, connectivity, http, identity, pauses, clock } = this.#parts;
    await this.#term.check();
    if (!connectivity.online || !identity.confirmed) return POLL_MS;
    const pausedMs = await pauses.remainingMs();
    if (pausedMs !== 0) return pausedMs ?? POLL_MS;
    // Nothing is sent during a resync, since the rows that edits were made from are about to change.
    const resync = await this.#state.get("sync.resync");
    if (resync) return this.#pull(signal);
    const next = await sealNext(db, clock.now(), http.bandwidth.pieceBytes);
    if (next.kind === "request") return this.#push(next, signal);
    const hasBegun = (await this.#state.get("sync.pull")) !== undefined;
    if (this.#pullWanted) return hasBegun ? this.#pull(signal) : this.#loadSnapshot(signal);
    return next.kind === "wait" ? next.ms : POLL_MS;
  }

  async #push({ entries, resent }: Extract<NextRequest, { kind: "request" }>, signal: AbortSignal): Promise<number> {
    const { db, http, clock } = this.#parts;
    if (resent) {
      const asked = await (await this.#rare())?.askOutcomes(this.#outcomesParts(signal), entries);
      if (typeof asked === "number") {
        if (asked > 0) return 0;
      } else if (asked !== undefined && asked?.kind !== "refused") {
        await recordNoAnswer(db, entries);
        return this.#afterRequest(asked, signal);
      }
    }
    const body = await this.#request(entries);
    const outcome = await this.#send(() => postSync(http, body, signal));
    if (outcome?.kind === "ok") {
      if (outcome.data.results.some((result) => result.serverOmitted))
        await (await this.#rare())?.readOmittedRows(outcome.data, entries, this.#parts, signal);
      await this.#store(() => storePushResponse(db, entries, outcome.data, clock));
      await this.#retryGivenUp(entries.filter((_, index) => outcome.data.results[index]?.status !== "rejected"));
      await this.#onPage(outcome.data);
    } else await this.#recordFailure(entries, outcome, signal);
    // Who refuses a size can be reached. As an outage it would end with a reconnection, and that sends the same request again.
    return isTooLarge(outcome) ? 0 : this.#afterRequest(outcome, signal);
  }

  /** Writes pass: entries that were given up may pass as well. They are tried once a minute at most, since one of them may never pass. */
  async #retryGivenUp(passed: readonly SealedEntry[]): Promise<void> {
    const now = this.#elapsed();
    const recovered = passed.some(({ attempts }) => attempts >= MAX_ATTEMPTS);
    const rests = now - this.#retriedAt < MAX_DELAY_MS && !recovered;
    if (passed.length === 0 || rests) return;
    this.#retriedAt = now;
    await retryGivenUp(this.#parts.db, recovered);
  }

  /** Records a push without results. Silence is no refusal: entries that may have arrived keep their numbers until their outcome is known. */
  async #recordFailure(entries: SealedEntry[], outcome: Outcome<unknown> | null, signal: AbortSignal): Promise<void> {
    const { db, connectivity, http, pauses } = this.#parts;
    if (outcome?.kind === "refused") {
      const { refusal } = outcome;
      if (needsResync(refusal)) return this.#resync(refusal, entries);
      if (refusal.code === "mutation_gap" && entries[0]) {
        if (await this.#closeClient(entries[0].clientId, signal, true)) return;
        await recordNoAnswer(db, entries);
        return pauses.forTime("busy", refusal.reason);
      }
      const recorded = await recordRefusal(db, entries, refusal);
      // It is about the request, so no entry can mend it. The server may be older than this client.
      if (!recorded) await pauses.forTime("internal", refusal.reason);
    } else if (outcome?.kind === "fault") {
      await this.#countFailure(entries, outcome, signal);
    } else if (outcome?.kind === "timeout") {
      await recordNoAnswer(db, entries, true);
      // Where the server can be reached, it is this request that doesn't pass.
      if (await connectivity.check()) await pauses.forTime("busy", "The server didn't answer in time.");
    } else {
      const tooLarge = isTooLarge(outcome);
      if (tooLarge) http.bandwidth.stalled();
      // One mutation that is too large for something in between may never pass. It holds up nothing else.
      if (tooLarge && entries.length === 1) await this.#countFailure(entries, { reason: TOO_LARGE }, signal);
      else await recordNoAnswer(db, entries, tooLarge);
    }
  }

  async #countFailure(entries: SealedEntry[], fault: { code?: string; reason: string }, signal: AbortSignal) {
    const { db, clock } = this.#parts;
    const gaveUp = await recordFault(db, entries, fault, clock);
    const clientId = entries[0]?.clientId;
    if (gaveUp && clientId) await this.#closeClient(clientId, signal);
  }

  async #closeClient(clientId: string, signal: AbortSignal, isGap = false) {
    return (await this.#rare())?.closeClient(this.#outcomesParts(signal), clientId, isGap);
  }

  /** A service worker can't load it. What it is needed for waits for a page then. */
  #rare(): Promise<RareAnswers | undefined> {
    return this.#parts.loadRare().catch(() => undefined);
  }

  #outcomesParts(signal: AbortSignal): OutcomesParts {
    const { db, http, clock } = this.#parts;
    return { db, http, clock, signal, send: (request) => this.#send(request) };
  }

  async #pull(signal: AbortSignal): Promise<number> {
    const { db, http, clock } = this.#parts;
    this.#noteAttempt();
    const query = { ...(await this.#position()), limit: PAGE };
    const outcome = await this.#send(() => fetchChanges(http, query, signal));
    if (outcome?.kind === "ok") {
      await this.#store(() => storeChanges(db, outcome.data, clock));
      await this.#onPage(outcome.data);
    } else if (outcome?.kind === "refused" && needsResync(outcome.refusal)) {
      await this.#resync(outcome.refusal, []);
    } else return this.#afterFailedPull(outcome, signal);
    return this.#afterRequest(outcome, signal);
  }

  async #loadSnapshot(signal: AbortSignal): Promise<number> {
    const { db, http, identity, userId, clock, options } = this.#parts;
    const code = await import("./initial-snapshot").catch(() => null);
    // Where the code can't be loaded, the pull brings the same rows in its own order.
    if (!code) return this.#pull(signal);
    this.#noteAttempt();
    const current = options.currentSessionId?.();
    const outcome = await this.#send(() => code.fetchInitialSnapshot(http, current, signal));
    if (outcome?.kind !== "ok") return this.#afterFailedPull(outcome, signal);
    if (outcome.data.user.id !== userId) {
      await identity.verify();
      return POLL_MS;
    }
    await this.#store(() => code.storeInitialSnapshot(db, outcome.data, clock));
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
    this.#pulledAt = this.#elapsed();
  }

  async #request(entries: readonly SealedEntry[]): Promise<SyncRequest> {
    const mutations = entries.map(
      ({ number: id, collection, key, op, body }): SyncMutation => ({ id, collection, op, key, ...body }),
    );
    const clientId = entries[0]?.clientId ?? "";
    const maxBytes = this.#parts.http.bandwidth.pieceBytes;
    return { clientId, schemaVersion: SCHEMA_VERSION, ...(await this.#position()), mutations, limit: PAGE, maxBytes };
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

  async #resync(refusal: Refusal, entries: readonly SealedEntry[]): Promise<void> {
    const { cause } = refusal;
    await recordNoAnswer(this.#parts.db, entries);
    // A server that can't read its own cursors is asked in growing intervals.
    if (isAboutCursor(refusal)) await this.#parts.pauses.forTime("internal", refusal.reason);
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
    // A page may have been lost.
    this.#pullWanted = true;
    // The lock says soon whether this tab still leads.
    if (error instanceof LockLostError) {
      return this.#term.begin().then(
        () => 0,
        (reason: unknown) => this.#pauseForError(reason, signal),
      );
    }
    const known = toLandfallError(error);
    const code = known instanceof StorageFullError ? "storage_full" : "internal";
    const reason = known instanceof Error ? known.message : String(known);
    return this.#parts.pauses.forTime(code, reason).then(
      () => 0,
      () => {
        // The disk has no room for the pause itself. The poll interval is the pause.
        if (code === "storage_full") this.#parts.onFull();
        return POLL_MS;
      },
    );
  }
}

/** Something in between refuses a request of this size. */
function isTooLarge(outcome: Outcome<unknown> | null): boolean {
  return outcome?.kind === "unreachable" && outcome.status === 413;
}

function needsResync(refusal: Refusal): boolean {
  return refusal.code === "resync_required" || isAboutCursor(refusal);
}

/** The server can't read the cursor: it was damaged, or a newer server wrote it. No row and no entry can mend that, a resync can. */
function isAboutCursor({ errors }: Refusal): boolean {
  return errors.some(({ pointer }) => pointer === "/cursor" || pointer === "/query/cursor");
}
