// The device's clock is set: nothing waits until it has caught up.

import { describe, expect, test } from "vitest";
import { Throttle } from "../../src/http/throttle";
import { EMAIL, TestEnvironment } from "../support/environment";
import { FakeClock, until } from "../support/fake-clock";

const BATCH = /POST \/api\/sync$/;
const HOUR_MS = 3_600_000;
const STEPS = [-30_000, -HOUR_MS, -365 * 24 * HOUR_MS, HOUR_MS];

describe.each(STEPS)("after a step of %i ms", (step) => {
  test("news of other devices arrive", async () => {
    const env = new TestEnvironment();
    const tab = await env.signedInTab();
    await tab.sync();
    env.clock.step(step);
    env.server.userData(EMAIL).write("tags", "t", { name: "Sea" });
    await env.clock.advance(90_000);
    expect(await tab.landfall.collections.tags.get("t")).toMatchObject({ name: "Sea" });
  });

  test("what failed and what the server asked to wait with is sent", async () => {
    const env = new TestEnvironment();
    const tab = await env.signedInTab();
    const { tags } = tab.landfall.collections;
    env.server.fail(BATCH, { kind: "status", status: 500, code: "internal" });
    await tags.put({ id: "a", name: "Sea" });
    await until(() => env.server.requests(BATCH).length === 1, "the failure");
    await tab.idle();
    env.clock.step(step);
    await env.clock.advance(61_000);
    env.server.fail(BATCH, { kind: "status", status: 503, headers: { "retry-after": "20" } });
    await tags.put({ id: "b", name: "Tide" });
    await until(() => env.server.requests(BATCH).length === 3, "the pause");
    await tab.idle();
    env.clock.step(step);
    await env.clock.advance(31_000);
    expect(Object.keys(env.server.userData(EMAIL).live("tags"))).toEqual(["a", "b"]);
  });

  test("a file that waits for the storage is uploaded", async () => {
    const env = new TestEnvironment();
    const tab = await env.signedInTab();
    env.server.files.unavailable = true;
    const { id } = await tab.landfall.assets.add(new File(["tide"], "tide.txt", { type: "text/plain" }));
    const tried = async () => ((await tab.landfall.sync.why(id))?.sync.reason ?? "").includes("storage");
    await env.clock.advanceUntil(tried, "an attempt", 100);
    env.clock.step(step);
    env.server.files.unavailable = false;
    await env.clock.advance(120_000);
    expect(Object.values(env.server.userData(EMAIL).live("assets"))).toMatchObject([{ uploadStatus: "completed" }]);
  });
});

test("a spent budget delays a request by seconds, whatever the clock and the server say", async () => {
  const clock = new FakeClock();
  const throttle = new Throttle(clock);
  const spent = (policy: string) => new Headers({ "ratelimit-policy": policy, "ratelimit-remaining": "0" });
  throttle.applyRateLimit("/a", spent('"sync";q=10;w=20'));
  clock.step(-HOUR_MS);
  expect(throttle.waitMs("/a")).toBe(2_000);
  await clock.advance(1_500);
  expect(throttle.waitMs("/a")).toBe(500);
  throttle.applyRateLimit("/a", spent('"sync";q=1;w=86400'));
  expect(throttle.waitMs("/a")).toBe(5_000);
});

test("a sign-out does not wait for the old time", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const budget = { "ratelimit-policy": '"auth";q=10;w=20', "ratelimit-remaining": "0" };
  env.server.fail(/sign-out/, { kind: "status", status: 500, code: "internal", headers: budget });
  await tab.landfall.auth.signOut();
  env.clock.step(-HOUR_MS);
  const signedOut = tab.landfall.auth.signOut();
  await env.clock.advance(5_000);
  await signedOut;
  expect(tab.browser.jar.token).toBeNull();
});
