// The leader's loop: sends what is due, then looks for news, then sleeps until something is. One thing at a time, so an answer is stored
// before the next question is asked. It knows when; what is sent and what an answer means stand in outbox/, answer.ts and pull.ts.

import type { Http } from "../api/http";
import type { Outcome, Refusal } from "../api/outcome";
import { fetchChanges, postSync } from "../api/requests";
import type { SyncMutation, SyncRequest } from "../api/types";
import { type Clock, toIso } from "../clock";
import type { Connectivity } from "../connectivity/connectivity";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import { toLandfallError } from "../db/storage-errors";
import { StorageFullError } from "../errors";
import { reviveGivenUp } from "../outbox/by-hand";
import { type FrozenEntry, freezeNext } from "../outbox/freeze";
import { settleFault, settleRefused, settleUnanswered } from "../outbox/settle";
import { PLANTED, planted, unknownTo } from "../planted";
import { storeAnswer, storeChanges } from "./answer";
import { askForFirstPicture, hasFirstPicture, storeFirstPicture } from "./first-picture";
import type { Holds } from "./hold";
import { type Identity, POLL_MS } from "./identity";
import { beginResync } from "./resync";
import { Waker } from "./waker";

/** The server's largest page. */
const PAGE = 200;

export interface EngineParts {
  userId: string;
  db: UserDatabase;
  http: Http;
  clock: Clock;
  connectivity: Connectivity;
  identity: Identity;
  holds: Holds;
}

export class Engine {
  readonly #parts: EngineParts;
  readonly #state: AppState<UserState>;
  readonly #waker: Waker;
  #newsWanted = false;
  /** When news were asked for last. */
  #askedAt = 0;
  #leading = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#state = new AppState<UserState>(parts.db.appState);
    this.#waker = new Waker(parts.clock);
  }

  /** Something may be due. */
  wake(): void {
    this.#waker.wake();
  }

  /** Look for news when nothing is due. */
  wantNews(): void {
    this.#newsWanted = true;
    this.#waker.wake();
  }

  /** Somebody is looking: news shouldn't be much older than a poll. Several visible tabs tick; one question serves them all. */
  tick(): void {
    if (this.#parts.clock.now() - this.#askedAt >= POLL_MS * 0.8) this.wantNews();
  }

  /** The server can be reached again, or somebody signed in: what was given up gets another attempt. */
  async reconnected(): Promise<void> {
    await this.#parts.holds.clear("forbidden", "unauthenticated");
    if (this.#leading) await reviveGivenUp(this.#parts.db);
    this.wantNews();
  }

  /** Leads until `signal` aborts. Entries left `sending` by a leader that died are planned like any others. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    signal.addEventListener("abort", () => this.#waker.wake());
    this.#leading = true;
    await reviveGivenUp(this.#parts.db).catch(() => {});
    await this.#doubt().catch(() => {});
    this.#newsWanted = true;
    while (!signal.aborted) {
      const ms = await this.#step(signal).catch((error: unknown) => this.#trouble(error, signal));
      if (ms > 0 && !signal.aborted) await this.#waker.wait(Math.min(ms, POLL_MS));
    }
    this.#leading = false;
  };

  /** The leader before may have ended on its way to tell that the session has. This tab asks for itself. */
  async #doubt(): Promise<void> {
    const { identity, holds } = this.#parts;
    const hold = await this.#state.get("sync.hold");
    if (hold?.code !== "unauthenticated" || !identity.confirmed) return;
    await identity.verify();
    if (identity.confirmed) await holds.clear("unauthenticated");
  }

  /** Does one thing; milliseconds until there may be another. */
  async #step(signal: AbortSignal): Promise<number> {
    const { db, connectivity, identity, holds, clock } = this.#parts;
    if (!connectivity.online || !identity.confirmed) return POLL_MS;
    const heldMs = await holds.remainingMs();
    if (heldMs !== 0) return heldMs ?? POLL_MS;
    // While everything is pulled again, nothing is sent: what it was made from is about to change.
    const resync = await this.#state.get("sync.resync");
    if (resync) return this.#pull(signal);
    const next = await freezeNext(db, clock.now());
    if (next.kind === "request") return this.#deliver(next.entries, signal);
    if (this.#newsWanted) return (await hasFirstPicture(db)) ? this.#pull(signal) : this.#firstPicture(signal);
    return next.kind === "wait" ? next.ms : POLL_MS;
  }

  async #deliver(entries: FrozenEntry[], signal: AbortSignal): Promise<number> {
    const { db, http, connectivity, identity, clock, userId } = this.#parts;
    const body = await this.#request(entries);
    const outcome = await identity.inName(userId, () => postSync(http, body, signal));
    switch (outcome?.kind) {
      case "ok":
        await storeAnswer(db, entries, outcome.data, clock);
        await this.#stored(outcome.data);
        break;
      case "refused":
        if (outcome.refusal.code === "resync_required") await this.#resync(outcome.refusal, entries);
        else await settleRefused(db, entries, outcome.refusal);
        break;
      case "fault":
        await settleFault(db, entries, outcome, clock);
        break;
      case "timeout": {
        // Counted only if the server can be reached: then it is this request that doesn't get through.
        const reached = await connectivity.check();
        if (reached) await settleFault(db, entries, { reason: "The server didn't answer in time." }, clock);
        else await settleUnanswered(db, entries);
        return 0;
      }
      default:
        await settleUnanswered(db, entries);
    }
    return this.#afterwards(outcome, signal);
  }

  async #pull(signal: AbortSignal): Promise<number> {
    const { db, http, identity, userId, clock } = this.#parts;
    this.#asks();
    const question = { ...(await this.#place()), limit: PAGE };
    const outcome = await identity.inName(userId, () => fetchChanges(http, question, signal));
    if (outcome?.kind === "ok") {
      await storeChanges(db, outcome.data, clock);
      await this.#stored(outcome.data);
    } else if (outcome?.kind === "refused" && outcome.refusal.code === "resync_required") {
      await this.#resync(outcome.refusal, []);
    } else return this.#unread(outcome, signal);
    return this.#afterwards(outcome, signal);
  }

  async #firstPicture(signal: AbortSignal): Promise<number> {
    const { db, http, identity, userId, clock } = this.#parts;
    this.#asks();
    const outcome = await identity.inName(userId, () => askForFirstPicture(http, signal));
    if (outcome?.kind !== "ok") return this.#unread(outcome, signal);
    if (outcome.data.user.id !== userId) {
      await identity.verify();
      return POLL_MS;
    }
    await storeFirstPicture(db, outcome.data, clock);
    this.#newsWanted = true;
    return this.#afterwards(outcome, signal);
  }

  /** A question that brought nothing: asked again at the next occasion. */
  async #unread(outcome: Outcome<unknown> | null, signal: AbortSignal): Promise<number> {
    if (outcome?.kind === "timeout") this.#parts.connectivity.reportUnreachable();
    // A refusal here is no fault of any data: a server that is older than this client, perhaps.
    if (outcome?.kind === "refused") await this.#parts.holds.forTime("internal", outcome.refusal.reason);
    await this.#afterwards(outcome, signal);
    return (await this.#state.get("sync.resync")) ? POLL_MS : 0;
  }

  #asks(): void {
    this.#newsWanted = false;
    this.#askedAt = this.#parts.clock.now();
  }

  async #request(entries: readonly FrozenEntry[]): Promise<SyncRequest> {
    const mutations = entries.map(
      ({ number: id, collection, key, op, body }): SyncMutation => ({ id, collection, op, key, ...body }),
    );
    const clientId = entries[0]?.clientId ?? "";
    return { clientId, schemaVersion: this.#parts.db.verno, ...(await this.#place()), mutations, limit: PAGE };
  }

  /** How far this device has read, of the collections that it knows and wants. The cursor holds a place for each, so none is passed over. */
  async #place(): Promise<{ cursor: string | null; collections: string[] }> {
    const excluded = (await this.#state.get("sync.excluded")) ?? [];
    const wanted = [...this.#parts.db.definitions.values()].filter(
      ({ name, direction }) => direction !== "device-only" && !excluded.includes(name),
    );
    const collections = wanted.map(({ name }) => name);
    if (PLANTED && planted("unknown collection skipped")) collections.push(...unknownTo(this.#parts.db.name));
    const pull = await this.#state.get("sync.pull");
    return { cursor: pull?.cursor ?? null, collections };
  }

  async #stored({ hasMore }: { hasMore: boolean }): Promise<void> {
    if (hasMore) this.#newsWanted = true;
    else await this.#state.set("sync.lastSyncedAt", toIso(this.#parts.clock.now()));
  }

  async #resync({ cause }: Refusal, entries: readonly FrozenEntry[]): Promise<void> {
    await settleUnanswered(this.#parts.db, entries);
    await beginResync(this.#parts.db, cause === "epoch" ? "epoch" : "horizon");
  }

  /** What an outcome says about everything else: the line, the session, the server's wish for a pause. */
  async #afterwards(outcome: Outcome<unknown> | null, signal: AbortSignal): Promise<number> {
    const { connectivity, identity, holds } = this.#parts;
    // Somebody else is signed in by now; this engine is about to be stopped.
    if (!outcome) return POLL_MS;
    if (outcome.kind === "unreachable" || outcome.kind === "timeout") {
      if (!signal.aborted && outcome.kind === "unreachable") connectivity.reportUnreachable();
      return 0;
    }
    connectivity.reportDelivered();
    if (outcome.kind === "busy") await holds.forTime("busy", outcome.reason, outcome.retryAfterMs);
    else if (outcome.kind === "forbidden") await holds.untilChanged("forbidden", outcome.reason);
    else if (outcome.kind === "unauthenticated") {
      if (PLANTED && planted("outbox dropped on 401")) await this.#parts.db.syncQueue.clear();
      await identity.verify();
      // A session that turns out to be alive is asked again after a while, never in a tight loop.
      if (identity.confirmed) await holds.forTime("unauthenticated", outcome.reason);
      else await holds.untilChanged("unauthenticated", "The session has ended. Sign in again to go on.");
    } else holds.resetStreak();
    return 0;
  }

  /** Local trouble (a full disk, a bug): nothing is lost, since every step is one transaction; the queue stands still for a while and says why. */
  async #trouble(error: unknown, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return 0;
    const known = toLandfallError(error);
    const code = known instanceof StorageFullError ? "storage_full" : "internal";
    const reason = known instanceof Error ? known.message : String(known);
    // Where even the note about it finds no room, the poll is the pause.
    return this.#parts.holds.forTime(code, reason).then(
      () => 0,
      () => POLL_MS,
    );
  }
}
