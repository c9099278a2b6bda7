// The reasons why the whole queue stands still, kept in the database, so that every tab shows them and the next leader heeds them.
// It decides nothing about single entries.

import { type Clock, toIso } from "../clock";
import type { AppState, Hold, UserState } from "../db/app-state";
import { backoffMs, MAX_DELAY_MS } from "../outbox/backoff";

/** The server's word counts up to here; a longer pause is asked again. */
const MAX_SERVER_PAUSE_MS = 10 * 60_000;

export class Holds {
  readonly #state: AppState<UserState>;
  readonly #clock: Clock;
  /** Pauses in a row that the server gave no length for. */
  #streak = 0;

  constructor(state: AppState<UserState>, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Milliseconds until something may be sent; 0: now; `null`: not before somebody does something. */
  async remainingMs(): Promise<number | null> {
    if (await this.#state.get("sync.pausedByApp")) return null;
    const hold = await this.#state.get("sync.hold");
    if (!hold) return 0;
    if (hold.until === null) return null;
    const ms = Date.parse(hold.until) - this.#clock.now();
    if (ms > 0 && ms <= MAX_SERVER_PAUSE_MS) return ms;
    await this.clear();
    return 0;
  }

  /** Until a sign-in or a person changes something. */
  async untilChanged(code: "unauthenticated" | "forbidden", reason: string): Promise<void> {
    await this.#state.set("sync.hold", { code, reason, until: null });
  }

  /** For a time: the server's where it names one, a growing one of ours otherwise. */
  async forTime(code: Hold["code"], reason: string, serverMs: number | null = null): Promise<void> {
    this.#streak += 1;
    const ms =
      serverMs === null
        ? Math.min(backoffMs(this.#streak, this.#clock), MAX_DELAY_MS)
        : Math.min(serverMs, MAX_SERVER_PAUSE_MS);
    await this.#state.set("sync.hold", { code, reason, until: toIso(this.#clock.now() + ms) });
  }

  /** Ends the hold, or only one of these kinds. */
  async clear(...codes: Hold["code"][]): Promise<void> {
    const hold = await this.#state.get("sync.hold");
    if (hold && (codes.length === 0 || codes.includes(hold.code))) await this.#state.set("sync.hold", null);
  }

  /** The server answers normally again. */
  resetStreak(): void {
    this.#streak = 0;
  }
}
