// The time of a simulation. It advances only when the simulation advances it. Every device reads it with its own error.

import type { Clock, Timer } from "../../../src/types/clock";
import type { Rng } from "../rng";

interface PendingTimer {
  at: number;
  callback: () => void;
}

export const START_TIME = Date.parse("2026-11-21T08:00:00.000Z");

export class SimulationClock {
  #now = START_TIME;
  readonly #timers = new Set<PendingTimer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    // A timer that is due now fires without an advance.
    if (ms <= 0) setImmediate(() => this.#fire(timer));
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** Advances to `end` and fires every timer at its time. `untilIdle` waits for the work that a timer starts. */
  async advanceTo(end: number, untilIdle: () => Promise<void>): Promise<void> {
    for (;;) {
      await untilIdle();
      const due = this.#next();
      if (!due || due.at > end) break;
      this.#now = Math.max(this.#now, due.at);
      this.#fire(due);
    }
    this.#now = Math.max(this.#now, end);
  }

  /** A tab's clock. It is wrong by `errorMs()` milliseconds, which may change. Its timers fire on time and are given to `deliver`. */
  forTab(rng: Rng, errorMs: () => number, deliver: (callback: () => void) => void): Clock {
    return {
      now: () => this.#now + errorMs(),
      random: () => rng.next(),
      after: (ms, callback) => this.after(ms, () => deliver(callback)),
    };
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }

  #fire(timer: PendingTimer): void {
    if (this.#timers.delete(timer)) timer.callback();
  }
}
