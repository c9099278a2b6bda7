// The leader's event stream: the server says within moments that something is new, and the loop pulls. Without the stream the poll finds the same
// later.

import type { Connectivity } from "../connectivity/connectivity";
import type { Http } from "../http/client";
import { backoffMs } from "../outbox/backoff";
import type { Clock } from "../types/clock";
import { Waker } from "../util/waker";
import { type Identity, POLL_MS } from "./identity";

const URL = "/api/sync/events";

export interface EventsParts {
  http: Http;
  clock: Clock;
  connectivity: Connectivity;
  identity: Identity;
}

export class Events {
  readonly #parts: EventsParts;
  readonly #onNews: () => void;
  readonly #waker: Waker;
  #lastEventId: string | null = null;

  constructor(parts: EventsParts, onNews: () => void) {
    this.#parts = parts;
    this.#onNews = onNews;
    this.#waker = new Waker(parts.clock);
  }

  /** The connection or the session may be back. */
  wake(): void {
    this.#waker.wake();
  }

  /**
   * Listens until `signal` aborts, and reconnects after every end. No lock is held for the stream: it carries no data, and a server that expects
   * another user refuses it.
   */
  readonly follow = async (signal: AbortSignal): Promise<void> => {
    const { clock, connectivity, identity } = this.#parts;
    signal.addEventListener("abort", () => this.#waker.wake());
    let failures = 0;
    while (!signal.aborted) {
      if (!connectivity.online || !identity.confirmed) {
        await this.#waker.wait(POLL_MS);
        continue;
      }
      const opened = await this.#listen(signal).catch(() => false);
      failures = opened ? 1 : failures + 1;
      if (!signal.aborted) await this.#waker.wait(backoffMs(failures, clock));
    }
  };

  /** Resolves to whether the server opened the stream. Rejects if the code for it can't be loaded. */
  async #listen(signal: AbortSignal): Promise<boolean> {
    const { listen } = await import("../http/event-stream");
    const onEvent = (id: string) => {
      this.#lastEventId = id;
      this.#onNews();
    };
    const { http, clock } = this.#parts;
    return listen(http, clock, { url: URL, signal, lastEventId: this.#lastEventId, onEvent });
  }
}
