// Changes and cursor are saved in one transaction. A pull after a crash at any step brings all changes.

import { expect, it } from "vitest";
import { pullInterruptedAfter } from "./interrupted-pull";

/** Crashes a pull at every step, from the first to the last, and returns the violations. */
async function atEveryStep(fault?: string): Promise<{ steps: number; violations: string[] }> {
  const violations: string[] = [];
  for (let steps = 0; steps < 500; steps += 1) {
    const end = await pullInterruptedAfter(steps, fault);
    violations.push(...end.violations.map((violation) => `crash after ${steps} steps: ${violation}`));
    if (!end.crashed) return { steps, violations };
  }
  throw new Error("the pull never completes");
}

it("a_pull_that_crashes_at_any_step_loses_nothing", async () => {
  const { steps, violations } = await atEveryStep();
  expect(violations).toEqual([]);
  expect(steps).toBeGreaterThan(5);
});

it("the_invariants_detect_a_cursor_that_is_saved_apart_from_its_changes", async () => {
  const { violations } = await atEveryStep("cursor saved apart from changes");
  expect(violations).not.toEqual([]);
});
