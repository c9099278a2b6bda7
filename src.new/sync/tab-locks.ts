// Web Locks that the tabs of one browser share. A tab that the browser has frozen keeps its locks and does nothing, for hours. So a tab that waits asks
// the holders for a sign of life, and steals the lock where there is none.

import { LandfallError } from "../errors";
import { FAULTS_ENABLED, hasFault } from "../faults";
import type { Clock, Timer } from "../types/clock";
import type { ChannelLike, LandfallOptions } from "../types/options";
import { openChannel } from "../util/channel";
import { Cell } from "../util/observable";

/** Between two questions of a waiting tab. */
const ASK_MS = 2_500;
/**
 * So many questions without an answer, and the holder counts as frozen. Questions are counted and not time: neither a changed clock nor a device that
 * slept makes a holder look frozen.
 */
const MAX_SILENT = 3;

/** Another tab has stolen the lock, because this one was frozen. Nothing of the work under it may be stored any more. */
export class LockLostError extends LandfallError {
  constructor() {
    super("interrupted", "The browser suspended this tab, and another one went on. Try again.");
  }
}

interface Wait {
  name: string;
  /** Questions without an answer. */
  silent: number;
}

/** All locks of one client. */
export class TabLocks {
  /** Whether this tab waits for a lock whose holder does not answer. */
  readonly blocked = new Cell(false);
  readonly #options: LandfallOptions;
  readonly #clock: Clock;
  /** The locks that this tab holds, as often as it holds them. */
  readonly #held: string[] = [];
  readonly #waits = new Set<Wait>();
  #channel: ChannelLike | null = null;
  #closed = false;

  constructor(options: LandfallOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  close(): void {
    this.#closed = true;
    this.#channel?.close();
  }

  /**
   * Runs `work` while this tab holds the lock. `outer` ends the wait, with an AbortError. The signal of `work` aborts with `outer`, and when the lock is
   * lost. Rejects with LockLostError after the work under a lost lock has ended.
   */
  async hold<T>(
    lock: string,
    mode: LockMode,
    work: (signal: AbortSignal) => Promise<T>,
    outer?: AbortSignal,
  ): Promise<T> {
    const name = `landfall:${this.#options.name}:${lock}`;
    const [queue, held] = [new AbortController(), new AbortController()];
    const abort = () => [queue, held].forEach((one) => void one.abort());
    outer?.addEventListener("abort", abort);
    if (outer?.aborted) abort();
    const locks = this.#locks;
    if (!locks) return work(held.signal);
    let running: Promise<T> | undefined;
    let ended = false;
    const stopAsking = this.#ask(name, () => queue.abort());
    const run = () => {
      stopAsking();
      this.#held.push(name);
      this.#open();
      running = work(held.signal).finally(() => {
        ended = true;
        this.#held.splice(this.#held.indexOf(name), 1);
      });
      return running;
    };
    try {
      return await locks.request(name, { mode, signal: queue.signal }, run).catch((error: unknown) => {
        if (running || outer?.aborted || !queue.signal.aborted) throw error;
        return locks.request(name, { steal: true }, () => {
          // Before another tab steals it from this one.
          this.#post("!", name);
          return run();
        });
      });
    } catch (error) {
      if (!running || ended) throw error;
      held.abort();
      await running.catch(() => {});
      throw new LockLostError();
    } finally {
      stopAsking();
      outer?.removeEventListener("abort", abort);
    }
  }

  /** Whether there are locks: outside a secure context there are none, and nothing excludes anything. */
  get exist(): boolean {
    return this.#locks !== undefined;
  }

  get #locks() {
    return this.#options.locks ?? globalThis.navigator?.locks;
  }

  /** Calls `steal` when the holders of the lock stay silent, until the returned function is called. */
  #ask(name: string, steal: () => void): () => void {
    const wait: Wait = { name, silent: 0 };
    let timer: Timer;
    const ask = () => {
      // A tab does not receive its own messages.
      if (this.#held.includes(name)) wait.silent = 0;
      const waits = FAULTS_ENABLED && hasFault("frozen tab waited for");
      if (wait.silent >= MAX_SILENT && !waits) return steal();
      wait.silent += 1;
      this.#show();
      this.#post("?", name);
      later();
    };
    const later = () => {
      timer = this.#clock.after(ASK_MS, ask);
    };
    this.#waits.add(wait);
    later();
    return () => {
      timer.cancel();
      this.#waits.delete(wait);
      this.#show();
    };
  }

  #show(): void {
    this.blocked.set([...this.#waits].some(({ silent }) => silent > 1));
  }

  /** "?": who holds it? "!": this tab does. */
  #post(mark: "?" | "!", name: string): void {
    this.#open()?.postMessage(mark + name);
  }

  /** Tells that this tab lives. A frozen tab still receives broadcasts in Chromium, but no locks. Timers would be slow in a tab in the background. */
  #prove(name: string): void {
    // A page that ends has no locks.
    this.#locks?.request(`${name}:alive`, { mode: "shared" }, async () => this.#post("!", name)).catch(() => {});
  }

  #open(): ChannelLike | null {
    if (!this.#channel && !this.#closed) {
      this.#channel = openChannel(this.#options, `landfall:${this.#options.name}:locks`, (data) => {
        const [mark, name] = [String(data)[0], String(data).slice(1)];
        if (mark === "?" && this.#held.includes(name)) this.#prove(name);
        if (mark === "!") for (const wait of this.#waits) if (wait.name === name) wait.silent = 0;
        this.#show();
      });
    }
    return this.#closed ? null : this.#channel;
  }
}

/** One lock. */
export class TabLock {
  readonly #locks: TabLocks;
  readonly #name: string;

  constructor(locks: TabLocks, name: string) {
    this.#locks = locks;
    this.#name = name;
  }

  /** Runs `work` beside other holders of the shared lock and never beside an exclusive one. */
  shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks.hold(this.#name, "shared", work);
  }

  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks.hold(this.#name, "exclusive", work);
  }
}

/**
 * Leader election: runs `lead` as soon as no other tab does, until `stop` is called. A tab that closes or crashes releases its lock, and the next tab
 * leads. A leader that lost its lock waits for it again. `stop` waits for `lead` to end, so that nothing is sent after the lock is released.
 */
export function holdLeadership(
  locks: TabLocks,
  userId: string,
  lead: (signal: AbortSignal) => Promise<void>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    try {
      await locks.hold(`${userId}:leader`, "exclusive", lead, signal);
    } catch (error) {
      if (error instanceof LockLostError && !signal.aborted) await run();
      else if (!signal.aborted) throw error;
    }
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
