// Loads the code that handles bytes on demand: soon after the start, without delaying anything. It is the kind's worker.

import { uploadsIn } from "../../store/entries";
import { POLL_MS } from "../../sync/identity";
import type { KindWorker, WorkerParts } from "../../sync/worker";
import { OnDemand } from "../../util/on-demand";
import { Waker } from "../../util/waker";
import type { Files } from "./files";

export const filesCode = new OnDemand(() => import("./files"));

export class LazyFiles implements KindWorker {
  readonly #parts: WorkerParts;
  readonly #waker: Waker;
  #opened: Files | null = null;
  #opening: Promise<Files> | null = null;
  #closed = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#waker = new Waker(parts.clock);
    // It is loaded now, since there may be no network later.
    if (typeof window !== "undefined") void this.open().catch(() => {});
  }

  /** Rejects where the code can't be loaded; the next call tries again. */
  open(): Promise<Files> {
    this.#opening ??= filesCode.load().then(
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

  readonly lead = async (signal: AbortSignal): Promise<void> => {
    signal.addEventListener("abort", () => this.#waker.wake());
    while (!signal.aborted) {
      const due = (await uploadsIn(this.#parts.db).catch(() => [])).length > 0;
      const files = due ? await this.open().catch(() => null) : this.#opened;
      if (files && !signal.aborted) return files.lead(signal);
      if (!signal.aborted) await this.#waker.wait(POLL_MS);
    }
  };

  wake(): void {
    this.#waker.wake();
    this.#opened?.wake();
  }

  retryNow(): void {
    this.#waker.wake();
    this.#opened?.retryNow();
  }

  close(): void {
    this.#closed = true;
    this.#opened?.close();
  }
}
