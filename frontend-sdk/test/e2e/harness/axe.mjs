// The rules of accessibility that axe can check.

import assert from "node:assert/strict";
import axe from "axe-core";
import { untilStill } from "./scenes.mjs";

/** Asserts that no rule of WCAG 2.2 AA that axe can check is violated. @param {import("./demo.mjs").Demo} demo @param {string} scene */
export async function assertNoViolations(demo, scene) {
  const { page } = demo;
  await untilStill(page);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    // The script that was evaluated before defines it.
    const rules = /** @type {typeof import("axe-core")} */ (Reflect.get(globalThis, "axe"));
    const { violations } = await rules.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    );
  });
  assert.deepEqual(violations, [], scene);
}
