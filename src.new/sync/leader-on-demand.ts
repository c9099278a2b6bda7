// Loads the code that sends and pulls: soon after the start, without delaying what the screen shows. Nothing on the device needs it, and without a network it
// has no work.

import { AppState, type Pause, type UserState } from "../store/app-state";
import { toIso } from "../util/clock";
import { OnDemand } from "../util/on-demand";
import { Waker } from "../util/waker";
import { POLL_MS } from "./identity";
import type { Leader } from "./leader";
import type { SyncLoopParts } from "./loop";

export const leaderCode = new OnDemand(() => import("./leader"));

const NOT_LOADED = "A part of the app could not be loaded. Reload the page.";

export class LeaderOnDemand {
  readonly #parts: SyncLoopParts;
  readonly #waker: Waker;
  #opened: Leader | null = null;

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
    this.#waker = new Waker(parts.clock);
    // A tab that doesn't lead yet loads it too: there may be no network later.
    void this.#open().catch(() => {});
  }

  /** `null` until the code is loaded. What happened before needs no repetition: a tab that begins to lead looks at everything. */
  get opened(): Leader | null {
    return this.#opened;
  }

  /** The code may be reachable again. */
  connectionChanged(): void {
    this.#waker.wake();
    this.#opened?.connectionChanged();
  }

  /** Leads until `signal` aborts. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    const aborted = new Promise<null>((resolve) => {
      signal.addEventListener("abort", () => {
        this.#waker.wake();
        resolve(null);
      });
    });
    while (!signal.aborted) {
      const leader = await Promise.race([this.#open().catch(() => null), aborted]);
      if (signal.aborted) return;
      if (leader) return leader.lead(signal);
      if (this.#parts.connectivity.online) await this.#pause().catch(() => {});
      await this.#waker.wait(POLL_MS);
    }
  };

  /** Tells all tabs why nothing is sent. */
  async #pause(): Promise<void> {
    const { db, clock } = this.#parts;
    const pause: Pause = { code: "internal", reason: NOT_LOADED, until: toIso(clock.now() + POLL_MS), ms: POLL_MS };
    await new AppState<UserState>(db.appState).set("sync.pause", pause);
  }

  async #open(): Promise<Leader> {
    const { Leader } = await leaderCode.load();
    this.#opened ??= new Leader(this.#parts);
    return this.#opened;
  }
}
