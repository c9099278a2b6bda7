// How far uploads are, told to all tabs: only one of them sends. Nothing of it is stored; a tab that misses something hears the next.

import type { Clock, Timer } from "../clock";
import { Cell } from "../observable";
import type { UploadProgress } from "./types";

/** Often enough for a bar that moves. */
const TELL_EVERY_MS = 200;

type Shown = ReadonlyMap<string, UploadProgress>;

export class Progress {
  readonly shown = new Cell<Shown>(new Map());
  readonly #clock: Clock;
  readonly #channel: BroadcastChannel | null;
  readonly #now = new Map<string, UploadProgress>();
  #untold = false;
  #timer: Timer | null = null;

  constructor(name: string, clock: Clock) {
    this.#clock = clock;
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`landfall:${name}:uploads`);
    if (this.#channel) this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(data);
  }

  /** Of an upload in this tab. */
  set(id: string, progress: UploadProgress): void {
    this.#now.set(id, progress);
    this.#untold = true;
    if (!this.#timer) this.#tell();
  }

  /** It has ended, one way or the other. */
  end(id: string): void {
    if (this.#now.delete(id)) this.#tell();
  }

  close(): void {
    this.#timer?.cancel();
    this.#channel?.close();
  }

  #tell(): void {
    this.#untold = false;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(TELL_EVERY_MS, () => {
      this.#timer = null;
      if (this.#untold) this.#tell();
    });
    const entries = [...this.#now];
    this.shown.set(new Map(entries));
    this.#channel?.postMessage(entries);
  }

  #hear(data: unknown): void {
    if (Array.isArray(data)) this.shown.set(new Map(data as [string, UploadProgress][]));
  }
}
