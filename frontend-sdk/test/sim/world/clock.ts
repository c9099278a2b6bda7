// The time of a world: it stands still until the world moves it. Every device reads it with an error of its own.

import type { Clock, Timer } from "../../../src/clock";
import type { Prng } from "../prng";

interface Alarm {
  at: number;
  callback: () => void;
}

export const BEGINNING = Date.parse("2026-11-21T08:00:00.000Z");

export class WorldClock {
  #now = BEGINNING;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Timer {
    const alarm = { at: this.#now + Math.max(0, ms), callback };
    this.#alarms.add(alarm);
    // What is due at once needn't wait until somebody moves the clock.
    if (ms <= 0) setImmediate(() => this.#ring(alarm));
    return { cancel: () => this.#alarms.delete(alarm) };
  }

  /** Moves on to `end`, ringing every alarm at its time; `settle` lets what it set off come to rest. */
  async advanceTo(end: number, settle: () => Promise<void>): Promise<void> {
    for (;;) {
      await settle();
      const due = this.#next();
      if (!due || due.at > end) break;
      this.#now = Math.max(this.#now, due.at);
      this.#ring(due);
    }
    this.#now = Math.max(this.#now, end);
  }

  /** A device's clock: wrong by `errorMs`, silent when the tab is dead. */
  face(prng: Prng, errorMs: number, isDead: () => boolean): Clock {
    return {
      now: () => this.#now + errorMs,
      random: () => prng.next(),
      after: (ms, callback) => this.after(ms, () => (isDead() ? undefined : callback())),
    };
  }

  #next(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) if (!first || alarm.at < first.at) first = alarm;
    return first;
  }

  #ring(alarm: Alarm): void {
    if (this.#alarms.delete(alarm)) alarm.callback();
  }
}
