// The event stream: one per browser, it triggers a pull for each event and is opened again after every end. Sync works
// without it.

import { expect, test } from "vitest";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const STREAM = /GET \/api\/sync\/events/;

async function listening(): Promise<{ env: TestEnvironment; tab: Tab }> {
  const env = new TestEnvironment();
  env.server.events = true;
  const tab = await env.signedInTab();
  await until(() => env.server.userData(EMAIL).listeners.size === 1, "the stream");
  await tab.idle();
  return { env, tab };
}

const tags = async (tab: Tab) => (await tab.landfall.collections.tags.list()).map(({ name }) => name);

test("another device's change arrives without an advance of the clock", async () => {
  const { env, tab } = await listening();
  env.server.userData(EMAIL).write("tags", "t", { name: "Sea" });
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
});

test("two devices receive each other's writes at once", async () => {
  const { env, tab } = await listening();
  const other = await env.signedInTab();
  await other.landfall.collections.tags.put({ id: "t", name: "Sea" });
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
  await tab.landfall.collections.tags.put({ id: "t", name: "Lake" });
  await until(async () => (await tags(other)).includes("Lake"), "the answer");
});

test("of several tabs only the leader opens a stream, and the next leader opens its own", async () => {
  const { env, tab } = await listening();
  const second = tab.browser.tab();
  await second.landfall.start();
  await second.idle();
  const userData = env.server.userData(EMAIL);
  expect(userData.listeners.size).toBe(1);
  await tab.landfall.close();
  await until(
    () => userData.listeners.size === 1 && env.server.requests(STREAM).length === 2,
    "the second tab's stream",
  );
  userData.write("tags", "t", { name: "Sea" });
  await until(async () => (await tags(second)).includes("Sea"), "the row");
});

test("a stream that ends, breaks or falls silent is opened again, with a longer delay after each refusal", async () => {
  const { env, tab } = await listening();
  await env.clock.advance(61_000);
  await until(() => env.server.requests(STREAM).length === 2, "a new stream after the silence");
  env.server.fail(STREAM, { kind: "status", status: 500 }, 3);
  await env.clock.advance(61_000);
  const before = env.server.requests(STREAM).length;
  await env.clock.advance(2_000);
  await env.clock.advance(4_000);
  await env.clock.advance(8_000);
  await until(() => env.server.userData(EMAIL).listeners.size === 1, "the stream again");
  expect(env.server.requests(STREAM).length - before).toBeLessThanOrEqual(3);
  expect(tab.landfall.connectivity.status.get().online).toBe(true);
});

test("behind a proxy that passes no event on, the poll finds what is new", async () => {
  const { env, tab } = await listening();
  const userData = env.server.userData(EMAIL);
  // The stream stays open and is silent.
  userData.listeners.clear();
  userData.write("tags", "t", { name: "Sea" });
  await env.clock.advance(10_000);
  expect(await tags(tab)).toEqual([]);
  await env.clock.advance(25_000);
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
  expect(env.server.requests(STREAM)).toHaveLength(1);
});

test("no stream is open while the client is offline, and one opens at the reconnection", async () => {
  const { env, tab } = await listening();
  const userData = env.server.userData(EMAIL);
  await tab.landfall.connectivity.simulateOffline(true);
  await until(() => userData.listeners.size === 0, "the end");
  userData.write("tags", "t", { name: "Sea" });
  await env.clock.advance(60_000);
  expect(await tags(tab)).toEqual([]);
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => userData.listeners.size === 1, "the stream");
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
});

test("a sign-out ends the stream, and a sign-in does not wait for it", async () => {
  const { env, tab } = await listening();
  await tab.landfall.auth.devSignIn({ email: "bob@example.org" });
  await until(() => env.server.userData("bob@example.org").listeners.size === 1, "the other user's stream");
  expect(env.server.userData(EMAIL).listeners.size).toBe(0);
  await tab.landfall.auth.signOut();
  await until(() => env.server.userData("bob@example.org").listeners.size === 0, "the end");
});
