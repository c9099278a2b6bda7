// The work of the leading tab: the queue, the pull, and the events that tell of news. Loaded on demand (leader-on-demand.ts).

import { Events } from "./events";
import { SyncLoop, type SyncLoopParts } from "./loop";

export { endQuietPeriods, retryAllNow } from "../outbox/actions";
export { untilInSync } from "./until-in-sync";

export class Leader {
  readonly loop: SyncLoop;
  readonly #events: Events;

  constructor(parts: SyncLoopParts) {
    this.loop = new SyncLoop(parts);
    this.#events = new Events(parts, () => this.loop.pullSoon());
  }

  /** Works until `signal` aborts. */
  async lead(signal: AbortSignal): Promise<void> {
    await Promise.all([this.loop.lead(signal), this.#events.follow(signal)]);
  }

  /** The connection or the session may be back. */
  connectionChanged(): void {
    this.loop.wake();
    this.#events.wake();
  }

  /** The server has confirmed the user. */
  async confirmed(): Promise<void> {
    this.#events.wake();
    await this.loop.reconnected();
  }
}
