// The watch of the browser's quota tells before the room is used up.

import { expect, test, vi } from "vitest";
import { type Quota, watchQuota } from "../../src/observe";
import { TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const MB = 1_000_000;

test("the watch tells once when the room is low and once when it is used up, and again after there was room", async () => {
  const { landfall } = await new TestEnvironment().signedInTab();
  let usage = 10 * MB;
  const told: Quota[] = [];
  const watch = watchQuota(landfall, {
    estimate: async () => ({ usage, quota: 500 * MB }),
    onLess: (quota) => told.push(quota),
    intervalMs: 3_600_000,
  });
  expect(await watch.look()).toMatchObject({ level: "ok", usage: 10 * MB, quota: 500 * MB });
  for (const next of [400, 420, 497, 499, 100, 460]) {
    usage = next * MB;
    await watch.look();
  }
  expect(told.map(({ level, usage: at }) => [level, at / MB])).toEqual([
    ["low", 400],
    ["full", 497],
    ["low", 460],
  ]);
  watch.stop();
});

test("unsent files near the budget are low, where the browser's quota grows with the usage", async () => {
  const env = new TestEnvironment();
  env.options = { files: { budgetBytes: 20 } };
  const { landfall } = await env.signedInTab();
  await landfall.connectivity.simulateOffline(true);
  const onLess = vi.fn();
  const estimate = async () => ({ usage: 1, quota: 10_000 * MB });
  const watch = watchQuota(landfall, { estimate, onLess, intervalMs: 3_600_000 });
  expect((await watch.look()).level).toBe("ok");
  await landfall.assets.add(new File(["sixteen bytes ok"], "a.txt", { type: "text/plain" }));
  await until(() => onLess.mock.calls.length === 1, "the event");
  expect(onLess).toHaveBeenCalledWith(expect.objectContaining({ level: "low", unsentBytes: 16 }));
  watch.stop();
});

test("the watch looks in its interval until it is stopped, and a browser that doesn't tell is no failure", async () => {
  const { landfall } = await new TestEnvironment().signedInTab();
  const estimate = vi.fn(async (): Promise<StorageEstimate> => Promise.reject(new Error("refused")));
  const watch = watchQuota(landfall, { estimate, intervalMs: 10 });
  await until(() => estimate.mock.calls.length > 3, "several looks");
  expect(watch.get()).toMatchObject({ level: "unknown", quota: 0 });
  watch.stop();
  const { length } = estimate.mock.calls;
  await watch.look();
  expect(estimate.mock.calls.length).toBeLessThanOrEqual(length + 1);
});
