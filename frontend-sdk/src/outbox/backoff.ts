// How long to wait after a failure, and how often. The figures are the specifications'.
// It knows nothing of what failed.

import type { Clock } from "../clock";

/** After so many counted failures an entry is `failed`. */
export const MAX_ATTEMPTS = 5;

/** No delay of ours is longer; a date further off than this is a clock that was moved, and is taken as due. */
export const MAX_DELAY_MS = 60_000;

/** 1, 2, 4, 8, 16, 32 s after the first, second, ... failure, each up to 20 % shorter or longer, so that many devices don't return at once. */
export function backoffMs(failures: number, clock: Clock): number {
  const base = 1000 * 2 ** Math.min(Math.max(failures, 1) - 1, 5);
  return Math.round(base * (0.8 + 0.4 * clock.random()));
}
