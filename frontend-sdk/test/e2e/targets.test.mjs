// The targets of Kijko's document are measured and printed beside their limits. No time is asserted: `make bench-client` measures on a machine of its own.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { storageSettings } from "./harness/storage.mjs";
import { measureTargets, TARGETS, tableOf } from "./harness/targets.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";

const env = new TestEnvironment();

before(() => env.start({ ...storageSettings(), LANDFALL_RATE_LIMITS: "false" }));
afterEach(async () => {
  assert.deepEqual(await env.tearDown(), [], "a page logged an error");
});
after(() => env.stop());

test(
  "each target of Kijko's document is measured on a new device, and printed beside its limit",
  LIMIT,
  async (context) => {
    const measured = await measureTargets(env.server, await env.device(), { rounds: 1, sessions: 10, projects: 5 });
    const table = tableOf(measured);
    for (const line of table.split("\n")) context.diagnostic(line);
    assert.equal(table.split("\n").length, 2 + TARGETS.length);
    for (const { rows, size, times } of measured) {
      assert.deepEqual(rows, { sessions: 10, projects: 5 });
      assert.equal(size, 2_000_000);
      for (const [key, name] of TARGETS)
        assert.ok(times[key] > 0 && times[key] < LIMIT.timeout, `${name}: ${times[key]}`);
    }
  },
);
