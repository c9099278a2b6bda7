// Live news: one stream in a browser, which asks for a pull within moments, comes back after every end, and is nobody's need.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { EMAIL, type Tab, World } from "../support/world";

const STREAM = /GET \/api\/sync\/events/;

async function listening(): Promise<{ world: World; tab: Tab }> {
  const world = new World();
  world.server.events = true;
  const tab = await world.signedInTab();
  await until(() => world.server.space(EMAIL).listeners.size === 1, "the stream");
  await tab.idle();
  return { world, tab };
}

const tags = async (tab: Tab) => (await tab.landfall.collections.tags.list()).map(({ name }) => name);

test("another device's change is here without the clock moving", async () => {
  const { world, tab } = await listening();
  world.server.space(EMAIL).write("tags", "t", { name: "Sea" });
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
});

test("two devices see each other's writes as they happen", async () => {
  const { world, tab } = await listening();
  const other = await world.signedInTab();
  await other.landfall.collections.tags.put({ id: "t", name: "Sea" });
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
  await tab.landfall.collections.tags.put({ id: "t", name: "Lake" });
  await until(async () => (await tags(other)).includes("Lake"), "the answer");
});

test("of several tabs the leader alone holds a stream, and the next one takes over", async () => {
  const { world, tab } = await listening();
  const second = tab.browser.tab();
  await second.landfall.start();
  await second.idle();
  const space = world.server.space(EMAIL);
  expect(space.listeners.size).toBe(1);
  await tab.landfall.close();
  await until(
    () => space.listeners.size === 1 && world.server.requests(STREAM).length === 2,
    "the second tab's stream",
  );
  space.write("tags", "t", { name: "Sea" });
  await until(async () => (await tags(second)).includes("Sea"), "the row");
});

test("a stream that ends, breaks or falls silent is opened again, later each time it is refused", async () => {
  const { world, tab } = await listening();
  await world.clock.advance(61_000);
  await until(() => world.server.requests(STREAM).length === 2, "a new stream after the silence");
  world.server.fail(STREAM, { kind: "status", status: 500 }, 3);
  await world.clock.advance(61_000);
  const before = world.server.requests(STREAM).length;
  await world.clock.advance(2_000);
  await world.clock.advance(4_000);
  await world.clock.advance(8_000);
  await until(() => world.server.space(EMAIL).listeners.size === 1, "the stream again");
  expect(world.server.requests(STREAM).length - before).toBeLessThanOrEqual(3);
  expect(tab.landfall.connectivity.status.get().online).toBe(true);
});

test("while the line is cut there is no stream, and at the reconnection it is there at once", async () => {
  const { world, tab } = await listening();
  const space = world.server.space(EMAIL);
  await tab.landfall.connectivity.simulateOffline(true);
  await until(() => space.listeners.size === 0, "the end");
  space.write("tags", "t", { name: "Sea" });
  await world.clock.advance(60_000);
  expect(await tags(tab)).toEqual([]);
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => space.listeners.size === 1, "the stream");
  await until(async () => (await tags(tab)).includes("Sea"), "the row");
});

test("a sign-out ends the stream, and a sign-in isn't held up by it", async () => {
  const { world, tab } = await listening();
  await tab.landfall.auth.devSignIn({ email: "bob@example.org" });
  await until(() => world.server.space("bob@example.org").listeners.size === 1, "the other person's stream");
  expect(world.server.space(EMAIL).listeners.size).toBe(0);
  await tab.landfall.auth.signOut();
  await until(() => world.server.space("bob@example.org").listeners.size === 0, "the end");
});
