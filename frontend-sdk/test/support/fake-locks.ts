// Web Locks of one browser: exclusive and shared, granted in the order of requests, released when the callback ends, and stolen: the request of the
// holder is rejected then, and its callback goes on without the lock. As in a browser, each grant and each theft is a task of its own. The tabs of a test
// share one event loop, so that the work of one tab would otherwise run in a zone of the database library that another tab has opened.

import type { LockManagerLike } from "../../src/types";

/** The platform's promises. Inside a zone the database library replaces the global. */
const OutsidePromise = Promise;

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

  steal(holder: Waiting): void {
    const robbed = this.#held;
    this.#held = [holder];
    for (const { rob } of robbed) rob();
    holder.grant();
  }

  acquire(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#grantNext();
  }

  /** Ends a wait. Returns whether the lock was waited for. */
  leave(waiting: Waiting): boolean {
    const waited = this.#waiting.includes(waiting);
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    // Shared locks may have waited behind it.
    if (waited) this.#grantNext();
    return waited;
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

  /** `deliver` runs what the browser tells the tab, at once or when the tab is thawed. */
  client(deliver: (news: () => void) => void = (news) => news()): LockClient {
    const releases = new Set<() => void>();
    let crashed = false;
    const tell = (news: () => void) => void setImmediate(() => deliver(news));
    const hold = (
      name: string,
      { mode = "exclusive", signal, steal }: LockOptions,
      callback: (lock: Lock) => unknown,
    ): Promise<unknown> =>
      new OutsidePromise((resolve, reject) => {
        const fail = (why: string) => reject(new DOMException(why, "AbortError"));
        if (signal?.aborted) return fail("aborted");
        const queue = this.#queueOf(name);
        const run = () => {
          const release = once(() => queue.release(waiting));
          // A tab that crashed while it waited never gets the lock.
          if (crashed) return release();
          releases.add(release);
          const end = () => {
            release();
            releases.delete(release);
          };
          new OutsidePromise((done) => done(callback({ name, mode }))).finally(end).then(resolve, reject);
        };
        // A tab that has crashed hears of nothing.
        const rob = () => tell(() => (crashed ? undefined : fail("stolen")));
        const waiting: Waiting = { mode, rob, grant: () => tell(run) };
        signal?.addEventListener("abort", () => {
          if (queue.leave(waiting)) fail("aborted");
        });
        if (steal) queue.steal(waiting);
        else queue.acquire(waiting);
      });
    const request = (name: string, ...rest: unknown[]): Promise<unknown> =>
      hold(name, rest.length > 1 ? (rest[0] as LockOptions) : {}, rest.at(-1) as (lock: Lock) => unknown);
    return {
      request: request as LockManagerLike["request"],
      crash: () => {
        crashed = true;
        for (const release of releases) release();
      },
    };
  }

  #queueOf(name: string): LockQueue {
    const queue = this.#queues.get(name) ?? new LockQueue();
    this.#queues.set(name, queue);
    return queue;
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
