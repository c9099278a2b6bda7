// The term of the leading tab. A tab that was frozen while another one took the lead may have answers to store and requests to send; the term tells that
// it leads no longer, before the browser does.

import { FAULTS_ENABLED, hasFault } from "../faults";
import type { AppState, UserState } from "../store/app-state";
import { newId } from "../util/ids";
import { LockLostError, type TabLocks } from "./tab-locks";

export class Term {
  readonly #state: AppState<UserState>;
  readonly #locks: TabLocks;
  #id: string | null = null;

  constructor(state: AppState<UserState>, locks: TabLocks) {
    this.#state = state;
    this.#locks = locks;
  }

  /** Whether this tab leads, as far as it knows. */
  get running(): boolean {
    return this.#id !== null;
  }

  async begin(): Promise<void> {
    this.#id = newId();
    await this.#state.set("sync.term", this.#id);
  }

  end(): void {
    this.#id = null;
  }

  /** Rejects with LockLostError if another tab leads by now. Without locks all tabs lead. */
  async check(): Promise<void> {
    if (FAULTS_ENABLED && hasFault("thawed tab goes on")) return;
    if (this.#locks.exist && (await this.#state.get("sync.term")) !== this.#id) throw new LockLostError();
  }
}
