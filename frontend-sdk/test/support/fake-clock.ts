// A clock that advances only when a test advances it. random() always returns 0.5, so delays have no jitter.

import type { Clock, Timer } from "../../src/types/clock";

interface PendingTimer {
  at: number;
  callback: () => void;
}

export class FakeClock implements Clock {
  #now = Date.parse("2026-11-21T08:00:00.000Z");
  /** How far the device's clock was set. */
  #steps = 0;
  readonly #timers = new Set<PendingTimer>();

  now(): number {
    return this.#now + this.#steps;
  }

  /** Sets the device's clock by `ms`, back if it is negative. Timers don't notice. */
  step(ms: number): void {
    this.#steps += ms;
  }

  after(ms: number, callback: () => void): Timer {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    // A timer that is due now fires without an advance.
    if (ms <= 0) setImmediate(() => this.#fire(timer));
    return { cancel: () => this.#timers.delete(timer) };
  }

  random(): number {
    return 0.5;
  }

  /** Advances by `ms`, fires every timer at its time, and waits for the work that it starts. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await flushTasks();
      const due = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = Math.max(this.#now, due.at);
      this.#fire(due);
    }
    this.#now = end;
    await flushTasks();
  }

  /**
   * Advances in small steps until `probe` returns true. Throws after two minutes of fake time, but not before 10 s have passed: a busy machine loads code
   * later than fake time passes.
   */
  async advanceUntil(probe: () => boolean | Promise<boolean>, what = "the condition", stepMs = 500): Promise<void> {
    const end = this.#now + 120_000;
    const realEnd = performance.now() + 10_000;
    while (!(await probe())) {
      if (this.#now >= end && performance.now() >= realEnd) throw new Error(`two minutes passed without ${what}`);
      await this.advance(stepMs);
    }
  }

  #fire(timer: PendingTimer): void {
    if (this.#timers.delete(timer)) timer.callback();
  }
}

const NOTHING = new Uint8Array(1);

/** Runs pending promises and IndexedDB transactions: a fixed number of turns of the event loop, without time. */
export async function flushTasks(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    // Hashes are made by threads. Where they are held up, one more hash waits with them.
    if (turn === turns >> 1) await crypto.subtle.digest("SHA-256", NOTHING);
  }
}

/** Polls until `probe` returns a truthy value. Throws after ten seconds of real time with the last value. */
export async function until<T>(probe: () => T | Promise<T>, what = "the condition"): Promise<NonNullable<T>> {
  const end = performance.now() + 10_000;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}; last: ${JSON.stringify(value)}`);
    await flushTasks(5);
  }
}
