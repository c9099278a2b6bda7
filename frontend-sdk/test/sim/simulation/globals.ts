// Replaces the globals that a simulation controls: timers, channels between tabs and the handler of unhandled
// rejections. It is loaded before Dexie, which reads the channels when it is loaded.

type Callback = () => void;

/** Fires timers. */
export interface TimerHost {
  after(ms: number, callback: Callback): { cancel(): void };
}

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** A channel between the tabs of a browser. Each message arrives in its own turn of the event loop. */
class SeededChannel {
  static readonly #open = new Map<string, Set<SeededChannel>>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    const others = SeededChannel.#open.get(name) ?? new Set();
    others.add(this);
    SeededChannel.#open.set(name, others);
  }

  postMessage(data: unknown): void {
    for (const other of SeededChannel.#open.get(this.name) ?? []) {
      if (other !== this) setImmediate(() => other.onmessage?.({ data }));
    }
  }

  close(): void {
    this.onmessage = null;
    SeededChannel.#open.get(this.name)?.delete(this);
  }

  addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
    this.onmessage = listener;
  }
}

/** Replaces BroadcastChannel, so that no message leaves the simulation. */
export function replaceChannels(): void {
  Object.assign(globalThis, { BroadcastChannel: SeededChannel });
}

/**
 * Replaces the timers with those of `host` until the returned function is called. A timer that is due now takes one
 * turn of the event loop.
 */
export function replaceTimers(host: TimerHost): () => void {
  const setTimeout = (callback: Callback, ms = 0): object => {
    if (ms > 1) return host.after(ms, callback);
    const handle = setImmediate(callback);
    return { cancel: () => clearImmediate(handle) };
  };
  const clearTimeout = (timer: unknown): void => {
    if (timer !== null && typeof timer === "object" && "cancel" in timer) (timer as { cancel(): void }).cancel();
    else real.clearTimeout(timer as number);
  };
  Object.assign(globalThis, { setTimeout, clearTimeout });
  return () => void Object.assign(globalThis, real);
}

/** Calls `tell` for every unhandled rejection until the returned function is called. */
export function captureUnhandled(tell: (error: unknown) => void): () => void {
  const before = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", tell);
  return () => {
    process.removeAllListeners("unhandledRejection");
    for (const listener of before) process.on("unhandledRejection", listener);
  };
}

/** Waits for one millisecond of real time. */
export function realMillisecond(): Promise<void> {
  return new Promise((resolve) => real.setTimeout(resolve, 1));
}

/** Waits for one turn of the event loop. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
