// Signed links to download files by. Calls of one moment (a gallery that comes into view) share a request.

import { LandfallError } from "../../errors";
import type { Http } from "../../http/client";
import { errorOf } from "../../http/error-of";
import type { Clock } from "../../types/clock";
import { elapsedBy } from "../../util/clock";
import { signDownloads } from "./requests";

/** The server's limit on the links of one request. */
const MAX_IDS = 100;
const GATHER_MS = 20;
/** Links are valid for longer. The time is counted here, since this device's clock may differ from the server's. */
const REUSE_MS = 5 * 60_000;

interface Waiting {
  id: string;
  resolve(url: string): void;
  reject(error: unknown): void;
}

export class DownloadLinks {
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #known = new Map<string, { url: Promise<string>; age: () => number }>();
  #waiting: Waiting[] = [];

  constructor(http: Http, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  /** Rejects with OfflineError, or with LandfallError `not_found` where the server has no bytes of the file. */
  to(id: string): Promise<string> {
    const known = this.#known.get(id);
    if (known && known.age() < REUSE_MS) return known.url;
    const url = this.#request(id);
    this.#known.set(id, { url, age: elapsedBy(this.#clock) });
    url.catch(() => this.#known.delete(id));
    return url;
  }

  /** Forgets a link that failed, so that the next one is fresh. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  #request(id: string): Promise<string> {
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
    const ids = waiting.map(({ id }) => id);
    const outcome = await signDownloads(this.#http, ids).catch((error: unknown) => {
      for (const { reject } of waiting) reject(error);
    });
    if (!outcome) return;
    for (const [index, { resolve, reject }] of waiting.entries()) {
      if (outcome.kind !== "ok") {
        reject(errorOf(outcome));
        continue;
      }
      const link = outcome.data.urls[index];
      if (link && "url" in link) {
        resolve(link.url);
        continue;
      }
      const { code = "not_found", detail = "The server has no such file." } = link?.error ?? {};
      reject(new LandfallError(code, detail));
    }
  }
}
