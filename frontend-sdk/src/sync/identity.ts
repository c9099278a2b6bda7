// Whose requests the leader's loops make, and how often they look by themselves.

/** The net below all timers and pokes (the specifications' figure). */
export const POLL_MS = 30_000;

/** Whose requests these are, and whether they may be made. */
export interface Identity {
  /** Confirmed by the server since it was last out of reach. */
  readonly confirmed: boolean;
  /** Runs `request` unless this browser meanwhile belongs to somebody else; `null` then. */
  inName<T>(userId: string, request: () => Promise<T>): Promise<T | null>;
  /** The server doubts the session: ask it. */
  verify(): Promise<void>;
}
