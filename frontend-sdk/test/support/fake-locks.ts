// Web Locks of one browser: exclusive and shared, granted in the order of requests, released when the callback ends, and stolen: the request of the
// holder is rejected then, and its callback goes on without the lock.

import type { LockManagerLike } from "../../src/types";

interface Holder {
  mode: LockMode;
  /** Rejects the holder's request, when the lock is stolen. */
  rob: () => void;
}

interface Waiting extends Holder {
  grant: () => void;
}

class LockQueue {
  #held: Holder[] = [];
  #waiting: Waiting[] = [];

  steal(holder: Holder): void {
    const robbed = this.#held;
    this.#held = [holder];
    for (const { rob } of robbed) rob();
  }

  async acquire(holder: Holder, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = Object.assign(holder, { grant: resolve });
      this.#waiting.push(waiting);
      signal?.addEventListener("abort", () => {
        if (!this.#waiting.includes(waiting)) return;
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(new DOMException("aborted", "AbortError"));
      });
      this.#grantNext();
    });
  }

  release(holder: Holder): void {
    this.#held = this.#held.filter((other) => other !== holder);
    this.#grantNext();
  }

  #grantNext(): void {
    for (;;) {
      const next = this.#waiting[0];
      const compatible =
        next &&
        (this.#held.length === 0 || (next.mode === "shared" && this.#held.every(({ mode }) => mode === "shared")));
      if (!next || !compatible) return;
      this.#waiting.shift();
      this.#held.push(next);
      next.grant();
    }
  }
}

/** The locks as one tab sees them. */
export interface LockClient extends LockManagerLike {
  /** Releases everything. Nothing that waits is ever granted. */
  crash(): void;
}

/** A browser's locks. Each tab has its own client, so that a crash releases the tab's locks. */
export class FakeLocks {
  readonly #queues = new Map<string, LockQueue>();

  /** `deliver` runs what the browser tells the tab, at once or when the tab is thawed. Without it no lock of the tab is ever stolen. */
  client(deliver?: (news: () => void) => void): LockClient {
    const releases = new Set<() => void>();
    let crashed = false;
    const request = (name: string, ...rest: unknown[]): Promise<unknown> => {
      let rob = () => {};
      if (!deliver) return hold(name, rest, () => {});
      const robbed = new Promise((_, reject) => {
        rob = () => deliver(() => reject(new DOMException("stolen", "AbortError")));
      });
      return Promise.race([hold(name, rest, () => rob()), robbed]);
    };
    const hold = async (name: string, rest: unknown[], rob: () => void): Promise<unknown> => {
      const callback = rest.at(-1) as (lock: Lock) => unknown;
      const options = (rest.length > 1 ? rest[0] : {}) as LockOptions;
      const mode = options.mode ?? "exclusive";
      if (options.signal?.aborted) throw new DOMException("aborted", "AbortError");
      const queue = this.#queues.get(name) ?? new LockQueue();
      this.#queues.set(name, queue);
      const holder: Holder = { mode, rob };
      if (options.steal) queue.steal(holder);
      else await queue.acquire(holder, options.signal);
      let [told, goOn] = [!deliver, () => {}];
      deliver?.(() => {
        told = true;
        goOn();
      });
      if (!told) await new Promise<void>((resolve) => (goOn = resolve));
      const release = once(() => queue.release(holder));
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
