// Saves that are put off until the application has been quiet, one at a time. Only the last one given counts.

import { StorageFullError } from "../../errors";
import type { Clock, Observable } from "../../types";
import type { Timer } from "../../types/clock";
import { Cell } from "../../util/observable";

/** "idle": nothing is to be saved. "saved" becomes "idle" after two seconds. */
export type SaveStatus = "idle" | "saving" | "saved" | "error";

const SHOWN_MS = 2_000;

export interface DelayedSaveOptions {
  /** Quiet milliseconds before a save. Default: 500. */
  debounceMs?: number;
  /** Attempts after one that failed. A full storage is no reason to try again. Default: 1. */
  maxRetries?: number;
  /** Milliseconds between attempts. Default: 1,000. */
  retryDelayMs?: number;
  /** Called with the error of the last attempt. Without it, the status says that the save failed. */
  onError?: (error: unknown) => void;
}

type Save = () => Promise<unknown>;

export class DelayedSave {
  options: DelayedSaveOptions = {};
  readonly #clock: Clock;
  readonly #status = new Cell<SaveStatus>("idle");
  #next: Save | null = null;
  /** Whether `#next` has waited long enough. */
  #isDue = false;
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get status(): Observable<SaveStatus> {
    return this.#status;
  }

  /** Saves when it has been quiet. Takes the place of a save that waits. */
  readonly save = (work: Save): void => {
    this.#next = work;
    this.#isDue = false;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.options.debounceMs ?? 500, () => void this.flush());
  };

  /** Saves what waits now. Resolves when nothing is being saved. */
  readonly flush = (): Promise<void> => {
    this.#timer?.cancel();
    this.#isDue = true;
    if (this.#next) this.#running ??= this.#run();
    return this.#running ?? Promise.resolve();
  };

  async #run(): Promise<void> {
    for (let work = this.#take(); work; work = this.#take()) {
      this.#status.set("saving");
      const fault = await this.#attempt(work);
      if (!fault) this.#showSaved();
      // A newer save has everything that this one had.
      else if (!this.#next) this.#showFault(fault.error);
    }
    this.#running = null;
  }

  #take(): Save | null {
    if (!this.#isDue) return null;
    const work = this.#next;
    this.#next = null;
    return work;
  }

  async #attempt(work: Save): Promise<{ error: unknown } | null> {
    const { maxRetries = 1, retryDelayMs = 1_000 } = this.options;
    for (let left = maxRetries; ; left -= 1) {
      try {
        await work();
        return null;
      } catch (error) {
        if (left <= 0 || this.#next || isFull(error)) return { error };
        await new Promise<void>((resolve) => this.#clock.after(retryDelayMs, resolve));
        if (this.#next) return { error };
      }
    }
  }

  #showSaved(): void {
    this.#status.set("saved");
    this.#clock.after(SHOWN_MS, () => {
      if (this.#status.get() === "saved") this.#status.set("idle");
    });
  }

  #showFault(error: unknown): void {
    this.#status.set("error");
    this.options.onError?.(error);
  }
}

function isFull(error: unknown): boolean {
  return error instanceof StorageFullError || (error as Partial<Error> | null)?.name === "QuotaExceededError";
}
