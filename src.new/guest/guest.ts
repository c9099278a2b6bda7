// `landfall.guest`: what was written on this device before the first sign-in, and how it moves into an account. The code for claims is loaded on
// demand, since most visits never need it.

import type { ClaimOptions, Guest, GuestPreview } from "../types/guest";
import type { GuestParts } from "./parts";

const loadClaims = () => import("./claims");

export class GuestApi implements Guest {
  readonly #parts: GuestParts;

  constructor(parts: GuestParts) {
    this.#parts = parts;
  }

  async preview(): Promise<GuestPreview> {
    return (await loadClaims()).preview(this.#parts);
  }

  async claim(options: ClaimOptions = {}): Promise<GuestPreview["counts"]> {
    // A claim writes rows as the application does.
    const [{ claim }] = await Promise.all([loadClaims(), this.#parts.loadWrites()]);
    return claim(this.#parts, options);
  }
}
