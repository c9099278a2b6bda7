// Web Locks of one browser: exclusive and shared, granted in the order of requests, released when the callback ends.

import type { LockManagerLike } from "../../src/types";

interface Waiting {
  mode: LockMode;
  grant: () => void;
}

class LockQueue {
  #held: LockMode[] = [];
  #waiting: Waiting[] = [];

  async acquire(mode: LockMode, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = { mode, grant: resolve };
      this.#waiting.push(waiting);
      signal?.addEventListener("abort", () => {
        if (!this.#waiting.includes(waiting)) return;
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(new DOMException("aborted", "AbortError"));
      });
      this.#grantNext();
    });
  }

  release(mode: LockMode): void {
    this.#held.splice(this.#held.indexOf(mode), 1);
    this.#grantNext();
  }

  #grantNext(): void {
    for (;;) {
      const next = this.#waiting[0];
      const compatible =
        next && (this.#held.length === 0 || (next.mode === "shared" && this.#held.every((mode) => mode === "shared")));
      if (!next || !compatible) return;
      this.#waiting.shift();
      this.#held.push(next.mode);
      next.grant();
    }
  }
}

/** A browser's locks. Each tab has its own client, so that a crash releases the tab's locks. */
export class FakeLocks {
  readonly #queues = new Map<string, LockQueue>();

  client(): LockManagerLike & { crash(): void } {
    const releases = new Set<() => void>();
    let crashed = false;
    const request = async (name: string, ...rest: unknown[]): Promise<unknown> => {
      const callback = rest.at(-1) as (lock: Lock) => unknown;
      const options = (rest.length > 1 ? rest[0] : {}) as LockOptions;
      const mode = options.mode ?? "exclusive";
      if (options.signal?.aborted) throw new DOMException("aborted", "AbortError");
      const queue = this.#queues.get(name) ?? new LockQueue();
      this.#queues.set(name, queue);
      await queue.acquire(mode, options.signal);
      const release = once(() => queue.release(mode));
      // A tab that crashed while it waited never gets the lock.
      if (crashed) {
        release();
        return new Promise(() => {});
      }
      releases.add(release);
      try {
        return await callback({ name, mode });
      } finally {
        release();
        releases.delete(release);
      }
    };
    return {
      request: request as LockManagerLike["request"],
      crash: () => {
        crashed = true;
        for (const release of releases) release();
      },
    };
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
