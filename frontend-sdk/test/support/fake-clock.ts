// A clock that stands still until a test moves it. Jitter is off: random() is the middle.

import type { Clock, Timer } from "../../src/clock";

interface Alarm {
  at: number;
  callback: () => void;
}

export class FakeClock implements Clock {
  #now = Date.parse("2026-11-21T08:00:00.000Z");
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Timer {
    const alarm = { at: this.#now + ms, callback };
    this.#alarms.add(alarm);
    // What is due at once needn't wait for the test to move the clock.
    if (ms <= 0) setImmediate(() => this.#ring(alarm));
    return { cancel: () => this.#alarms.delete(alarm) };
  }

  random(): number {
    return 0.5;
  }

  /** Moves on, ringing every alarm at its time and letting what it set off settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const due = [...this.#alarms].filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = Math.max(this.#now, due.at);
      this.#ring(due);
    }
    this.#now = end;
    await settled();
  }

  /** Moves on in small steps until `probe` gives true; fails after two minutes of the fake time. */
  async advanceUntil(probe: () => boolean | Promise<boolean>, what = "the condition", stepMs = 500): Promise<void> {
    const end = this.#now + 120_000;
    while (!(await probe())) {
      if (this.#now >= end) throw new Error(`two minutes passed without ${what}`);
      await this.advance(stepMs);
    }
  }

  #ring(alarm: Alarm): void {
    if (this.#alarms.delete(alarm)) alarm.callback();
  }
}

/** Lets pending promises and IndexedDB transactions run: a fixed number of turns of the event loop, no time. */
export async function settled(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Polls until `probe` gives something truthy; fails after ten seconds of real time with what it gave last. */
export async function until<T>(probe: () => T | Promise<T>, what = "the condition"): Promise<NonNullable<T>> {
  const end = performance.now() + 10_000;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}; last: ${JSON.stringify(value)}`);
    await settled(5);
  }
}
