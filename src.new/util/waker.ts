// A wait that ends after a time or when it is woken. A wake-up before the wait isn't lost.

import type { Clock } from "../types/clock";

export class Waker {
  readonly #clock: Clock;
  #woken = false;
  #resume: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#woken = true;
    this.#resume?.();
  }

  /** Resolves after `ms`, at `wake()`, or at once if `wake()` was called since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(ms, resolve);
        this.#resume = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    this.#resume = null;
    this.#woken = false;
  }
}
