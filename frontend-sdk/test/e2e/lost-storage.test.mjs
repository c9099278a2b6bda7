// A browser that refuses to store anything: the person is told, and the page goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";

const env = useTestEnvironment();

test("where the browser lets no site store anything, the app tells the person", LIMIT, async () => {
  const device = await env.device();
  await device.refuseStorage();
  const demo = await device.tab();
  await demo.find("sign-in-email").fill("refused@harbour.example");
  await demo.find("sign-in-submit").click();
  await demo.page.locator(".problem", { hasText: "doesn't let the app store data" }).waitFor();
  // The page reports it too, once.
  const [reported, ...others] = device.errors.splice(0);
  assert.match(reported ?? "", /doesn't let the app store data/);
  assert.deepEqual(others, []);
});
