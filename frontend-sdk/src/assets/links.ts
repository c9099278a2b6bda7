// Signed links to read files by. Those who ask in one moment (a gallery that comes into view) share a request.

import type { Http } from "../api/http";
import { errorOf } from "../api/outcome";
import type { Clock } from "../clock";
import { LandfallError } from "../errors";
import { signDownloads } from "./requests";

/** The server signs so many at once. */
const MAX_IDS = 100;
const GATHER_MS = 20;
/** Links hold for longer. Counted here, since this device's clock may differ from the server's. */
const REUSE_MS = 5 * 60_000;

interface Waiting {
  id: string;
  resolve(url: string): void;
  reject(error: unknown): void;
}

export class Links {
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #known = new Map<string, { url: Promise<string>; until: number }>();
  #waiting: Waiting[] = [];

  constructor(http: Http, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  /** Rejects with OfflineError, or with `not_found` where the server has no bytes of it. */
  to(id: string): Promise<string> {
    const known = this.#known.get(id);
    if (known && this.#clock.now() < known.until) return known.url;
    const url = this.#ask(id);
    this.#known.set(id, { url, until: this.#clock.now() + REUSE_MS });
    url.catch(() => this.#known.delete(id));
    return url;
  }

  /** It didn't work: the next one shall be fresh. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  #ask(id: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      if (this.#waiting.length === 1) this.#clock.after(GATHER_MS, () => void this.#flush());
      else if (this.#waiting.length === MAX_IDS) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const outcome = await signDownloads(
      this.#http,
      waiting.map(({ id }) => id),
    );
    for (const [index, { resolve, reject }] of waiting.entries()) {
      if (outcome.kind !== "ok") {
        reject(errorOf(outcome));
        continue;
      }
      const link = outcome.data.urls[index];
      const { code = "not_found", detail = "The server has no such file." } = link?.error ?? {};
      if (link && "url" in link && link.url) resolve(link.url);
      else reject(new LandfallError(code, detail));
    }
  }
}
