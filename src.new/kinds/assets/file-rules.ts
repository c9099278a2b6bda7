// Which files the server takes: the list of its initial snapshot, which this device remembers. In the chunk that is loaded on demand.

import { AppState, type UserState } from "../../store/app-state";
import type { WorkerParts } from "../../sync/worker";
import { elapsedBy } from "../../util/clock";
import { fetchLimits } from "./requests";
import type { FileLimits } from "./validate";

/** A list of this age in milliseconds is read again: a newer server may take more types, or larger files. */
const FRESH_MS = 24 * 3_600_000;
/** How often its age is looked at. */
const LOOK_MS = 600_000;

export class RememberedRules {
  readonly #parts: WorkerParts;
  readonly #state: AppState<UserState>;
  readonly #elapsed: () => number;
  /** When its age is looked at next, of `#elapsed`. */
  #lookAt = Number.NEGATIVE_INFINITY;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#state = new AppState<UserState>(parts.db.appState);
    this.#elapsed = elapsedBy(parts.clock);
  }

  /** `undefined` before this device has reached the server. */
  get(): Promise<FileLimits | undefined> {
    return this.#state.get("sync.limits");
  }

  /** The server refused what the list allows: it is read again at the next `refresh`. */
  async expire(): Promise<void> {
    this.#lookAt = Number.NEGATIVE_INFINITY;
    await this.#state.set("sync.limitsReadAt", 0);
  }

  /** Reads the list again if it is old. Called while the server is reachable. A failure is harmless: a later call tries again. */
  async refresh(signal: AbortSignal): Promise<void> {
    const { clock, http, identity, userId } = this.#parts;
    if (this.#elapsed() < this.#lookAt) return;
    this.#lookAt = this.#elapsed() + LOOK_MS;
    // The sync loop is about to read it.
    if ((await this.#state.get("sync.pull")) === undefined) return;
    const limits = await this.#state.get("sync.limits");
    const readAt = await this.#state.get("sync.limitsReadAt");
    if (limits && readAt === undefined) return this.#state.set("sync.limitsReadAt", clock.now());
    const age = clock.now() - (readAt ?? 0);
    if (limits && age >= 0 && age < FRESH_MS) return;
    const answer = await identity.inName(userId, () => fetchLimits(http, signal));
    if (answer?.kind !== "ok" || answer.data.user.id !== userId) return;
    await this.#state.setAll({ "sync.limits": answer.data.limits, "sync.limitsReadAt": clock.now() });
  }
}
