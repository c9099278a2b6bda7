// The progress of uploads, broadcast to all tabs, since only one of them uploads. Nothing of it is stored.

import type { UploadProgress } from "../../types/assets";
import type { Clock, Timer } from "../../types/clock";
import type { ChannelLike, LandfallOptions } from "../../types/options";
import { openChannel } from "../../util/channel";
import { Cell } from "../../util/observable";

/** The interval of broadcasts, short enough for a smooth progress bar. */
const BROADCAST_MS = 200;

type Shown = ReadonlyMap<string, UploadProgress>;

export class Progress {
  readonly shown = new Cell<Shown>(new Map());
  readonly #clock: Clock;
  readonly #channel: ChannelLike;
  readonly #current = new Map<string, UploadProgress>();
  #changed = false;
  #timer: Timer | null = null;

  /** `name` is unique to the user's database. */
  constructor(options: Pick<LandfallOptions, "channels">, name: string, clock: Clock) {
    this.#clock = clock;
    this.#channel = openChannel(options, `landfall:${name}:uploads`, (data) => this.#receive(data));
  }

  /** Sets the progress of an upload in this tab. */
  set(id: string, progress: UploadProgress): void {
    this.#current.set(id, progress);
    this.#changed = true;
    if (!this.#timer) this.#broadcast();
  }

  /** The upload has ended, with or without success. */
  end(id: string): void {
    if (this.#current.delete(id)) this.#broadcast();
  }

  close(): void {
    this.#timer?.cancel();
    this.#channel.close();
  }

  #broadcast(): void {
    this.#changed = false;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(BROADCAST_MS, () => {
      this.#timer = null;
      if (this.#changed) this.#broadcast();
    });
    const entries = [...this.#current];
    this.shown.set(new Map(entries));
    this.#channel.postMessage(entries);
  }

  #receive(data: unknown): void {
    if (Array.isArray(data)) this.shown.set(new Map(data as [string, UploadProgress][]));
  }
}
