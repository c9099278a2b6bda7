// Keeps requests within the server's rate limits, so that the server needn't refuse them: when a budget runs low, requests to the same path are
// spaced as the budget refills.

import type { Clock } from "../types/clock";
import { elapsedBy } from "../util/clock";

/** Requests are spaced when less than this part of a budget remains. */
const LOW = 0.1;
/** A request waits inside the lock for the user's cookie, so it never waits for longer. */
const MAX_WAIT_MS = 5_000;

export class Throttle {
  readonly #elapsed: () => number;
  /** Of `#elapsed`, by path without query. */
  readonly #notBefore = new Map<string, number>();

  constructor(clock: Clock) {
    this.#elapsed = elapsedBy(clock);
  }

  /** Milliseconds until a request may be sent. */
  waitMs(path: string): number {
    return Math.max(0, (this.#notBefore.get(path) ?? 0) - this.#elapsed());
  }

  /** Reads the budget from a response: `RateLimit-Policy: "sync";q=600;w=12` means that 600 requests refill in 12 seconds. */
  applyRateLimit(path: string, headers: Headers): void {
    const [, burst, secs] = /;q=(\d+);w=(\d+)/.exec(headers.get("ratelimit-policy") ?? "") ?? [];
    if (!burst || !secs) return;
    const isLow = Number(headers.get("ratelimit-remaining")) < Number(burst) * LOW;
    if (isLow)
      this.#notBefore.set(path, this.#elapsed() + Math.min((1000 * Number(secs)) / Number(burst), MAX_WAIT_MS));
    else this.#notBefore.delete(path);
  }
}
