// Leader election by Web Locks: one tab per user and browser leads.

import type { LockManagerLike } from "../types/options";

/**
 * Runs `lead` as soon as no other tab does, until `stop` is called. A tab that closes or crashes releases its lock, and the next tab leads.
 * `stop` waits for `lead` to end, so that nothing is sent after the lock is released.
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

function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}
