// Whose requests the leader makes, and how often it polls.

/** The interval of polls, in case timers or messages between tabs are lost (the specifications' figure). */
export const POLL_MS = 30_000;

export interface Identity {
  /** The server has confirmed the user since it was last out of reach. */
  readonly confirmed: boolean;
  /** Runs `request`, or returns `null` if another user is signed in to this browser by now. */
  inName<T>(userId: string, request: () => Promise<T>): Promise<T | null>;
  /** Asks the server who is signed in. */
  verify(): Promise<void>;
}
