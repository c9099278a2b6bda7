// What JavaScript gives to everybody and a simulation must own: timers, channels between tabs, and promises that fail unheard. It must be
// loaded before Dexie, which looks for channels when it is loaded.

type Callback = () => void;

/** Where timers of the moment ring. */
export interface TimerHost {
  after(ms: number, callback: Callback): { cancel(): void };
}

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** Messages between the tabs of a browser, each delivered in a turn of its own. */
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

/** From here on no channel leads out of the simulation. */
export function ownChannels(): void {
  Object.assign(globalThis, { BroadcastChannel: SeededChannel });
}

/** Timers ring by the world's clock until the returned function is called. What is due at once takes a turn of the event loop. */
export function ownTimers(host: TimerHost): () => void {
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

/** Tells of promises that fail with nobody listening, until the returned function is called. */
export function hearUnhandled(tell: (error: unknown) => void): () => void {
  const before = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", tell);
  return () => {
    process.removeAllListeners("unhandledRejection");
    for (const listener of before) process.on("unhandledRejection", listener);
  };
}

/** A moment of the real time. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => real.setTimeout(resolve, 1));
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
