// Time and chance as the SDK uses them, so that tests control both.

/** A timer that was set. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970. May go back, and jump: durations are measured by `elapsedBy`. */
  now(): number;
  /** Calls back once, after `ms` milliseconds. */
  after(ms: number, callback: () => void): Timer;
  /** A number in [0, 1), for jitter. */
  random(): number;
}
