// Stands in the place of the package `uuid` in simulations: version 7 ids, from the world's time and chance alone.

import { Prng } from "./prng";
import { BEGINNING } from "./world/clock";

let prng = new Prng(1);
let made = 0;

/** Begins a world: from here on the ids are those of this seed. */
export function seedIds(seed: number): void {
  prng = new Prng(seed ^ 0x5eed);
  made = 0;
}

export function v7(): string {
  // Each is larger than the one before, as a browser's are.
  const time = (BEGINNING + ++made).toString(16).padStart(12, "0");
  const chance = prng.uuid().replaceAll("-", "");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(13, 16)}-8${chance.slice(17, 20)}-${chance.slice(20, 32)}`;
}
