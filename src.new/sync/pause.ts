// The reasons why the whole queue is paused. They are stored in the database, so that all tabs show them and the next leader obeys them. Loaded on demand (leader.ts).

import { backoffMs, MAX_DELAY_MS } from "../outbox/backoff";
import { AppState, clearPause, type Pause, type UserState } from "../store/app-state";
import type { UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";

/** A longer pause that the server asks for is cut, and the server is asked again. */
const MAX_SERVER_PAUSE_MS = 10 * 60_000;

export class Pauses {
  readonly #state: AppState<UserState>;
  readonly #clock: Clock;
  /** Consecutive pauses whose length the server didn't name. */
  #streak = 0;

  constructor(state: AppState<UserState>, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Milliseconds until something may be sent; 0: now; `null`: not before the pause is cleared. */
  async remainingMs(): Promise<number | null> {
    if (await this.#state.get("sync.pausedByApp")) return null;
    const pause = await this.#state.get("sync.pause");
    if (!pause) return 0;
    if (pause.until === null) return null;
    const ms = Date.parse(pause.until) - this.#clock.now();
    // An end that is further away than the pause is long means that the clock was changed.
    if (ms > 0 && ms <= (pause.ms ?? MAX_SERVER_PAUSE_MS)) return ms;
    await clearPause(this.#state);
    return 0;
  }

  /** Pauses until a sign-in or the user clears it. */
  async untilCleared(code: "unauthenticated" | "forbidden", reason: string): Promise<void> {
    await this.#state.set("sync.pause", { code, reason, until: null });
  }

  /** Pauses for `serverMs`, or for a growing delay where the server names none. */
  async forTime(code: Pause["code"], reason: string, serverMs: number | null = null): Promise<void> {
    this.#streak += 1;
    const ms =
      serverMs === null
        ? Math.min(backoffMs(this.#streak, this.#clock), MAX_DELAY_MS)
        : Math.min(serverMs, MAX_SERVER_PAUSE_MS);
    await this.#state.set("sync.pause", { code, reason, until: toIso(this.#clock.now() + ms), ms });
  }

  /** The server answers normally again. */
  resetStreak(): void {
    this.#streak = 0;
  }
}

const all = new WeakMap<UserDatabase, Pauses>();

/** Those of a user's queue in this tab: the growing delays count for all that sends. */
export function pausesOf(db: UserDatabase, clock: Clock): Pauses {
  const pauses = all.get(db) ?? new Pauses(new AppState<UserState>(db.appState), clock);
  all.set(db, pauses);
  return pauses;
}
