// What the simulations are worth: a seed is the whole of one, and faults that are put in on purpose are found.

import { describe, expect, it } from "vitest";
import { type ALL_PLANTS, simulate } from "./simulate";

/** For each fault a seed that meets it; found by trying seeds from 1 on. */
const FOUND_BY: Readonly<Partial<Record<(typeof ALL_PLANTS)[number], number>>> = {
  "newer local edit overwritten": 50,
  "edit during a push dropped": 51,
  "outbox dropped on 401": 7,
  "unsent work forgotten on resync": 9,
  "nothing offered after a restore": 22,
  "cursor not stamped": 1,
  "sweep without horizon": 5,
  "answer before commit": 1,
};

describe("simulation", () => {
  it("is_the_same_again_from_the_same_seed", async () => {
    for (const seed of [1, 2, 3]) {
      const first = await simulate(seed);
      const again = await simulate(seed);
      expect(again.trace).toEqual(first.trace);
      expect(first.trace.length).toBeGreaterThan(20);
    }
  });

  it("differs_from_seed_to_seed", async () => {
    expect((await simulate(4)).trace).not.toEqual((await simulate(5)).trace);
  });
});

describe("planted fault", () => {
  for (const [plant, seed] of Object.entries(FOUND_BY)) {
    it(`is_found: ${plant} (seed ${seed})`, async () => {
      expect((await simulate(seed)).faults).toEqual([]);
      expect((await simulate(seed, { plant })).faults).not.toEqual([]);
    });
  }
});
