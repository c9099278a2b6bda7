// Changes and cursor are saved together: wherever a pull dies, the next one brings all of it.

import { expect, it } from "vitest";
import { pullThatDiesAfter } from "./dying-pull";

/** What went wrong at any step, from the first one to the end of the pull. */
async function atEveryStep(plant?: string): Promise<{ steps: number; faults: string[] }> {
  const faults: string[] = [];
  for (let steps = 0; steps < 500; steps += 1) {
    const end = await pullThatDiesAfter(steps, plant);
    faults.push(...end.faults.map((fault) => `dead after ${steps} steps: ${fault}`));
    if (!end.died) return { steps, faults };
  }
  throw new Error("the pull has no end");
}

it("a_pull_that_dies_at_any_step_loses_nothing", async () => {
  const { steps, faults } = await atEveryStep();
  expect(faults).toEqual([]);
  expect(steps).toBeGreaterThan(5);
});

it("a_cursor_saved_apart_from_its_changes_is_found", async () => {
  const { faults } = await atEveryStep("cursor saved apart from changes");
  expect(faults).not.toEqual([]);
});
