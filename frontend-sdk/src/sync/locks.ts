// Web Locks as the SDK uses them: one leader per user and browser, and requests that are never made in another user's name.
// It knows nothing of what is done while a lock is held.

import type { LockManagerLike } from "../types";

/** The browser's locks, where it has them (secure contexts). */
export function browserLocks(): LockManagerLike | undefined {
  return typeof navigator === "undefined" ? undefined : navigator.locks;
}

/**
 * Runs `lead` as soon as no other tab does, until `stop` is called. A tab that closes or crashes gives its lock back by itself, and the
 * next in line goes on. `stop` waits for `lead` to end, so that nobody sends after the lock is given back.
 */
export function holdLeadership(
  locks: LockManagerLike | undefined,
  name: string,
  lead: (signal: AbortSignal) => Promise<void>,
): { stop(): Promise<void> } {
  const controller = new AbortController();
  const { signal } = controller;
  const done = locks
    ? locks.request(`landfall:${name}:leader`, { signal }, () => lead(signal)).catch(ignoreAbort)
    : lead(signal);
  return {
    async stop() {
      controller.abort();
      await done;
    },
  };
}

/**
 * The cookie that names the user is the browser's, not the tab's. Requests in a user's name share this lock; a sign-in or sign-out takes
 * it alone. So the cookie can't change between the look at who is signed in and the request.
 */
export class IdentityLock {
  readonly #locks: LockManagerLike | undefined;
  readonly #name: string;

  constructor(locks: LockManagerLike | undefined, appName: string) {
    this.#locks = locks;
    this.#name = `landfall:${appName}:identity`;
  }

  /** Runs beside other requests, never beside a change of identity. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? this.#locks.request(this.#name, { mode: "shared" }, work) : work();
  }

  /** Runs alone. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? this.#locks.request(this.#name, work) : work();
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}
