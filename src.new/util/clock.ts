// The real clock, and times as text.

import type { Clock } from "../types/clock";

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const handle = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(handle) };
  },
  random: () => Math.random(),
};

/**
 * Milliseconds since the call, for durations. They never go back: where the device's clock is set back, they go on from there. Unlike the browser's
 * monotonic clock they count the time in which the device slept.
 */
export function elapsedBy(clock: Pick<Clock, "now">): () => number {
  let last = clock.now();
  let elapsed = 0;
  return () => {
    const now = clock.now();
    elapsed += Math.max(0, now - last);
    last = now;
    return elapsed;
  };
}

/** RFC 3339 UTC with milliseconds. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
