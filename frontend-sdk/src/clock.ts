// Time and chance as the SDK uses them, so that tests own both.
// It knows nothing of what the time is used for.

/** A timer that was set. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after `ms` milliseconds. */
  after(ms: number, callback: () => void): Timer;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

/** The real clock. */
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
