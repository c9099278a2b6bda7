// How much the connection brings. Requests and pages are sized by it, so that each takes seconds: what arrives in one piece is stored, and what
// breaks off has to be sent again.

/** Bytes per millisecond before anything was measured. */
const ASSUMED = 64;
/** How long one page should take. */
const TARGET_MS = 4_000;
/** A shorter answer says more about the latency than about the bandwidth. */
const MIN_SAMPLE_BYTES = 8_192;
const [MIN_BYTES, MAX_BYTES] = [16 * 1024, 4 * 1024 * 1024];

export class Bandwidth {
  #bytesPerMs = ASSUMED;

  /** The bytes that one request or page should have, from 16 KiB to the server's 4 MiB. */
  get pieceBytes(): number {
    return Math.round(Math.min(Math.max(this.#bytesPerMs * TARGET_MS, MIN_BYTES), MAX_BYTES));
  }

  /** An answer's body of `bytes` took `ms` milliseconds. */
  measured(bytes: number, ms: number): void {
    if (bytes >= MIN_SAMPLE_BYTES) this.#bytesPerMs = (this.#bytesPerMs + bytes / Math.max(ms, 1)) / 2;
  }

  /** A request got no answer in time: the next are smaller. */
  stalled(): void {
    this.#bytesPerMs = Math.max(this.#bytesPerMs / 4, MIN_BYTES / TARGET_MS);
  }
}
