// How long to wait after a failure, and how many failures are enough. The figures are the specifications'.

import type { Clock } from "../types/clock";

/** An entry is `failed` after so many counted failures. */
export const MAX_ATTEMPTS = 5;

/** The quiet period of a batch group: its entries are sent when none was added for so long. */
export const QUIET_MS = 2_000;

/** No delay is longer. A date further in the future means that the clock was changed, and counts as due. */
export const MAX_DELAY_MS = 60_000;

/** The longest time until an entry that was given up is tried again. */
export const MAX_GIVEN_UP_MS = 30 * 60_000;

/** How long an entry rests that was given up after so many failures: 1, 2, 4, 8, 16 and then 30 minutes. */
export function givenUpMs(failures: number): number {
  return Math.min(MAX_DELAY_MS * 2 ** Math.max(failures - MAX_ATTEMPTS, 0), MAX_GIVEN_UP_MS);
}

/** 1, 2, 4, 8, 16, 32 s after the first, second, ... failure, each up to 20 % shorter or longer, so that devices don't return all at once. */
export function backoffMs(failures: number, clock: Clock): number {
  const base = 1000 * 2 ** Math.min(Math.max(failures, 1) - 1, 5);
  return Math.round(base * (0.8 + 0.4 * clock.random()));
}
