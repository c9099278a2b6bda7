// The door to everything about files that a page needs only when it has to do with files: loaded once, soon after the start and without holding
// anything up. It knows no rule.

import { POLL_MS } from "../sync/identity";
import { Waker } from "../sync/waker";
import type { Files, FilesParts } from "./files";
import { uploadsOf } from "./mentions";

export class LazyFiles {
  readonly #parts: FilesParts;
  readonly #waker: Waker;
  #opened: Files | null = null;
  #opening: Promise<Files> | null = null;
  #closed = false;

  constructor(parts: FilesParts) {
    this.#parts = parts;
    this.#waker = new Waker(parts.clock);
    // Later there may be no network to load it by.
    if (typeof window !== "undefined") void this.open().catch(() => {});
  }

  /** Rejects where it can't be loaded; the next call tries again. */
  open(): Promise<Files> {
    this.#opening ??= import("./files").then(
      ({ Files }) => {
        this.#opened = new Files(this.#parts);
        if (this.#closed) this.#opened.close();
        return this.#opened;
      },
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  /** Uploads until `signal` aborts. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    signal.addEventListener("abort", () => this.#waker.wake());
    while (!signal.aborted) {
      const due = (await uploadsOf(this.#parts.db).catch(() => [])).length > 0;
      const files = due ? await this.open().catch(() => null) : this.#opened;
      if (files && !signal.aborted) return files.lead(signal);
      if (!signal.aborted) await this.#waker.wait(POLL_MS);
    }
  };

  wake(): void {
    this.#waker.wake();
    this.#opened?.wake();
  }

  /** The line may be back, or somebody asks: what waits for the storage needn't wait any longer. */
  hurry(): void {
    this.#waker.wake();
    this.#opened?.hurry();
  }

  close(): void {
    this.#closed = true;
    this.#opened?.close();
  }
}
