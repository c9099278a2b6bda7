// Replaces `src/util/uuid.ts` in simulations. The version 7 ids come from the simulation's time and seed.

import { Rng } from "./rng";
import { START_TIME } from "./simulation/clock";

let rng = new Rng(1);
let made = 0;

/** Resets the ids to those of a seed. */
export function seedIds(seed: number): void {
  rng = new Rng(seed ^ 0x5eed);
  made = 0;
}

export function v7(): string {
  // Each id is larger than the one before, as in a browser.
  const time = (START_TIME + ++made).toString(16).padStart(12, "0");
  const chance = rng.uuid().replaceAll("-", "");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(13, 16)}-8${chance.slice(17, 20)}-${chance.slice(20, 32)}`;
}
