// A slow connection: the bytes of requests and answers take time, and answers come in parts.

import type { SimulationClock } from "./clock";

export interface Line {
  /** Until the first byte arrives, in each direction. */
  latencyMs: number;
  bytesPerMs: number;
}

/** The time between two parts of an answer. */
const PART_MS = 4_000;
/** A shorter answer comes in one part. */
const MIN_PARTS_BYTES = 1_024;

/** The milliseconds until the last byte has arrived. */
export function transferMs({ latencyMs, bytesPerMs }: Line, bytes: number): number {
  return latencyMs + Math.ceil(bytes / bytesPerMs);
}

export interface SlowBodyParts {
  clock: SimulationClock;
  line: Line;
  /** Throws when the connection has broken. */
  requireNetwork(): void;
  signal: AbortSignal | null;
  /** The number of bytes after which no byte arrives any more. */
  standsStillAt: number;
}

/** The body of an answer on a slow line, with the members of a stream that the SDK uses. */
export class SlowBody {
  readonly #parts: SlowBodyParts;
  readonly #bytes: Uint8Array;
  #arrived = 0;

  constructor(text: string, parts: SlowBodyParts) {
    this.#parts = parts;
    this.#bytes = new TextEncoder().encode(text);
  }

  getReader() {
    return { read: () => this.#read() };
  }

  async #read(): Promise<{ done: boolean; value?: Uint8Array }> {
    const { clock, line, requireNetwork, signal, standsStillAt } = this.#parts;
    const left = this.#bytes.length - this.#arrived;
    if (left === 0) return { done: true };
    const size = Math.min(left, left < MIN_PARTS_BYTES ? left : Math.ceil(line.bytesPerMs * PART_MS));
    const end = this.#arrived + size;
    await new Promise<void>((resolve, reject) => {
      const aborted = () => reject(new TypeError("fetch failed"));
      if (signal?.aborted) aborted();
      signal?.addEventListener("abort", aborted);
      if (end <= standsStillAt) clock.after(size / line.bytesPerMs, resolve);
    });
    requireNetwork();
    const value = this.#bytes.subarray(this.#arrived, end);
    this.#arrived = end;
    return { done: false, value };
  }
}
