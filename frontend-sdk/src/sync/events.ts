// The leader's event stream: the server says that there is something new, within moments. It says no more than that; the engine pulls. Without it
// the poll finds the same, later.

import type { Http } from "../api/http";
import type { Clock } from "../clock";
import type { Connectivity } from "../connectivity/connectivity";
import { backoffMs } from "../outbox/backoff";
import { type Identity, POLL_MS } from "./identity";
import { Waker } from "./waker";

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

  /** The line or the session may be back. */
  wake(): void {
    this.#waker.wake();
  }

  /** Listens until `signal` aborts, and again after every end. The stream is nobody's data, so no lock is held for it: a server that expects somebody else refuses it. */
  readonly follow = async (signal: AbortSignal): Promise<void> => {
    const { http, clock, connectivity, identity } = this.#parts;
    signal.addEventListener("abort", () => this.#waker.wake());
    let failures = 0;
    while (!signal.aborted) {
      if (!connectivity.online || !identity.confirmed) {
        await this.#waker.wait(POLL_MS);
        continue;
      }
      const opened = await http.listen(URL, {
        signal,
        lastEventId: this.#lastEventId,
        onEvent: (id) => this.#hear(id),
      });
      failures = opened ? 1 : failures + 1;
      if (!signal.aborted) await this.#waker.wait(backoffMs(failures, clock));
    }
  };

  #hear(id: string): void {
    this.#lastEventId = id;
    this.#onNews();
  }
}
