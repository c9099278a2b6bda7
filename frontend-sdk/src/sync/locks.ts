// Web Locks as the SDK uses them: one leader per user and browser, and locks that its tabs share.
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

/** One lock of an app, across its tabs. */
export class TabLock {
  readonly #locks: LockManagerLike | undefined;
  readonly #name: string;

  constructor(locks: LockManagerLike | undefined, appName: string, name: string) {
    this.#locks = locks;
    this.#name = `landfall:${appName}:${name}`;
  }

  /** Runs beside others that share it, never beside one that has it alone. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? this.#locks.request(this.#name, { mode: "shared" }, work) : work();
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? this.#locks.request(this.#name, work) : work();
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}
