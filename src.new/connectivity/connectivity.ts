// Whether the server can be reached: by its answers and, while there are none, by a probe. The browser's online and offline events only trigger a
// probe.

import { backoffMs } from "../outbox/backoff";
import type { Clock, Timer } from "../types/clock";
import type { ConnectivityState } from "../types/connectivity";
import { Cell } from "../util/observable";
import { browserSaysOnline } from "./browser-hints";

/** Between two probes while the server is reached and the browser says that there is no network. */
const DOUBT_MS = 5_000;

/** Resolves to whether our server answered. */
export type Probe = (signal: AbortSignal) => Promise<boolean>;

export class Connectivity {
  readonly status: Cell<ConnectivityState>;
  readonly #probe: Probe;
  readonly #clock: Clock;
  #stopped = new AbortController();
  #timer: Timer | null = null;
  #running: Promise<boolean> | null = null;
  /**
   * Requests without an answer since the last delivery. A small request that passes (a probe, the session) doesn't reset it: where those pass and
   * deliveries don't, deliveries must slow down.
   */
  #failures = 0;

  constructor(probe: Probe, clock: Clock, hint: boolean) {
    this.#probe = probe;
    this.#clock = clock;
    this.status = new Cell<ConnectivityState>({ online: hint, simulatedOffline: false });
  }

  get online(): boolean {
    return this.status.get().online;
  }

  /**
   * Our server answered any request. The answer may be older than the hint or the failure for which a probe is about to begin, so that probe is made all
   * the same.
   */
  reportReachable(): void {
    if (this.status.get().simulatedOffline) return;
    if (this.#failures > 1) this.#timer?.cancel();
    this.#set({ online: true });
  }

  /** Our server answered a request of the queue. */
  reportDelivered(): void {
    this.reportReachable();
    this.#failures = 0;
  }

  /** A request got no answer of our server. The state is offline until a probe succeeds. */
  reportUnreachable(): void {
    this.#failures += 1;
    this.#set({ online: false });
    this.#probeAfter(this.#failures === 1 ? 0 : backoffMs(this.#failures - 1, this.#clock));
  }

  /** Probes the server now. Concurrent calls share one probe. */
  check(): Promise<boolean> {
    this.#running ??= this.#probeNow().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** The network may have changed, or the user looks at the app: earlier failures no longer count. */
  hint(): void {
    this.#failures = 0;
    this.#probeAfter(0);
  }

  setSimulatedOffline(simulatedOffline: boolean): void {
    if (simulatedOffline === this.status.get().simulatedOffline) return;
    this.#set(simulatedOffline ? { simulatedOffline, online: false } : { simulatedOffline });
    if (simulatedOffline) this.#timer?.cancel();
    else this.hint();
  }

  stop(): void {
    this.#stopped.abort();
    this.#timer?.cancel();
  }

  async #probeNow(): Promise<boolean> {
    if (this.status.get().simulatedOffline) return false;
    const reached = await this.#probe(this.#stopped.signal);
    if (this.#stopped.signal.aborted || this.status.get().simulatedOffline) return false;
    if (reached) {
      this.reportReachable();
      // The event may come before the network is gone. A server on this device is reached without one.
      if (!browserSaysOnline()) this.#probeAfter(DOUBT_MS);
    } else this.reportUnreachable();
    return reached;
  }

  #probeAfter(ms: number): void {
    this.#timer?.cancel();
    if (this.#stopped.signal.aborted || this.status.get().simulatedOffline) return;
    this.#timer = this.#clock.after(ms, () => void this.check());
  }

  #set(change: Partial<ConnectivityState>): void {
    const before = this.status.get();
    const after = { ...before, ...change };
    const same = after.online === before.online && after.simulatedOffline === before.simulatedOffline;
    if (!same) this.status.set(after);
  }
}
