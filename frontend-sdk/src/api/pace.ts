// Keeps within the server's budgets, so that it needn't say no: when a budget runs low, requests to the same address go as fast as it comes back, and
// no faster. It knows the headers of rate limits and nothing of what is asked.

import type { Clock } from "../clock";

/** Below this part of a budget there is no hurry any more. */
const LOW = 0.1;

export class Pace {
  readonly #clock: Clock;
  /** By address, without its query. */
  readonly #notBefore = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until a request may go. */
  waitMs(address: string): number {
    return Math.max(0, (this.#notBefore.get(address) ?? 0) - this.#clock.now());
  }

  /** What an answer says of the budget that it was paid from: `RateLimit-Policy: "sync";q=600;w=12` comes back in 12 seconds. */
  heed(address: string, headers: Headers): void {
    const [, burst, secs] = /;q=(\d+);w=(\d+)/.exec(headers.get("ratelimit-policy") ?? "") ?? [];
    if (!burst || !secs) return;
    const isLow = Number(headers.get("ratelimit-remaining")) < Number(burst) * LOW;
    if (isLow) this.#notBefore.set(address, this.#clock.now() + (1000 * Number(secs)) / Number(burst));
    else this.#notBefore.delete(address);
  }
}
