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

/** RFC 3339 UTC with milliseconds. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
