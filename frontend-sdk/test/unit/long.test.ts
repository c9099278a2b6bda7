// Long sessions: what is on screen is a window at the end, which loadOlder opens backwards.

import { expect, test } from "vitest";
import type { NewMessage } from "../../src/api/types";
import type { ChatMessageRow } from "../../src/types";
import { until } from "../support/fake-clock";
import { EMAIL, type Tab, World } from "../support/world";

const SESSION = "0192f000-0000-7000-8000-000000000001";

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `${from + index}`);

function remote(from: number, to: number): NewMessage[] {
  const createdAt = "2026-11-21T08:00:00.000Z";
  return numbers(from, to).map((content) => ({ sessionId: SESSION, role: "user", content, createdAt }));
}

/** Watches a session; gives its texts. */
function show(tab: Tab, session: string, newest?: number) {
  const observable = tab.landfall.chat.messages(session, newest === undefined ? {} : { newest });
  const stop = observable.subscribe(() => {});
  const rows = (): ChatMessageRow[] => observable.get() ?? [];
  return { stop, rows, texts: () => rows().map(({ content }) => content) };
}

async function pulled(tab: Tab, count: number): Promise<void> {
  await until(async () => (await tab.browser.database().chatMessages.count()) === count, "all to be pulled");
  await tab.idle();
}

/** A tab that has read `count` messages of the server's to the end, and shows none of them now. */
async function reader(world: World, count: number): Promise<Tab> {
  world.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  world.server.writeAsOtherDevice(EMAIL, remote(0, count));
  const tab = await world.signedInTab();
  await pulled(tab, count);
  return tab;
}

test("a long session shows its newest 200 messages, and new ones at their end", async () => {
  const world = new World();
  const tab = await reader(world, 450);
  const { texts } = show(tab, SESSION);
  await until(() => texts().length > 0, "the first rows");
  expect(texts()).toEqual(numbers(250, 450));
  await tab.send(SESSION, "new");
  await until(() => texts().at(-1) === "new", "the new one");
  expect(texts()).toEqual([...numbers(251, 450), "new"]);
});

test("the window alone is read when a message is written, however long the session is", async () => {
  const world = new World();
  const tab = await reader(world, 450);
  const { texts } = show(tab, SESSION, 20);
  await until(() => texts().length > 0, "the first rows");
  const read: number[] = [];
  tab.browser.countRead("chatMessages", (rows) => read.push(rows));
  await tab.send(SESSION, "new");
  await until(() => texts().at(-1) === "new", "the new one");
  expect(Math.max(...read)).toBe(20);
});

test("each step back says how much it brought and if there is more", async () => {
  const tab = await reader(new World(), 110);
  const { texts } = show(tab, SESSION, 50);
  await until(() => texts().length === 50, "the newest");
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 50, hasMore: true });
  expect(texts()).toEqual(numbers(10, 110));
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 10, hasMore: false });
  expect(texts()).toEqual(numbers(0, 110));
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 0, hasMore: false });
});

test("on a new device a step back waits for the pull, and says so when there is no network", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  world.server.writeAsOtherDevice(EMAIL, remote(0, 60));
  const tab = world.browser().tab();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.beforeAnswer = async ({ path }) => (path.endsWith("/changes") ? held : undefined);
  await tab.signIn();
  const { texts } = show(tab, SESSION, 50);
  await until(() => texts().length === 50, "the first picture");
  const step = tab.landfall.chat.loadOlder(SESSION);
  await tab.idle();
  expect(texts()).toHaveLength(50);
  letGo();
  expect(await step).toEqual({ loaded: 10, hasMore: false });
  expect(texts()).toEqual(numbers(0, 60));

  const other = world.browser().tab();
  world.server.fail(/changes/, { kind: "unreachable" }, 99);
  await other.signIn();
  const shown = show(other, SESSION, 50);
  await until(() => shown.texts().length === 50, "the first picture");
  world.server.setDown(true);
  await until(() => !other.landfall.connectivity.status.get().online, "offline");
  await expect(other.landfall.chat.loadOlder(SESSION)).rejects.toMatchObject({ code: "offline" });
});

test("what this device has is opened without a network", async () => {
  const world = new World();
  const tab = await reader(world, 60);
  const { texts } = show(tab, SESSION, 20);
  await until(() => texts().length === 20, "the newest");
  await tab.landfall.connectivity.simulateOffline(true);
  const asked = world.server.seen.length;
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: true });
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: false });
  expect(texts()).toEqual(numbers(0, 60));
  expect(world.server.seen).toHaveLength(asked);
});

test("what was opened stays open while messages arrive, and closes with the session", async () => {
  const world = new World();
  const tab = await reader(world, 100);
  const { texts, stop } = show(tab, SESSION, 20);
  await until(() => texts().length === 20, "the newest");
  await tab.landfall.chat.loadOlder(SESSION);
  await tab.send(SESSION, "new");
  await until(() => texts().at(-1) === "new", "the new one");
  expect(texts()).toEqual([...numbers(60, 100), "new"]);
  stop();
  const again = show(tab, SESSION, 20);
  await until(() => again.texts().length > 0, "the first rows");
  expect(again.texts()).toEqual([...numbers(81, 100), "new"]);
});

test("unsent messages that were opened stay in view when they are sent", async () => {
  const world = new World();
  const tab = await reader(world, 30);
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(SESSION, ...numbers(30, 80));
  const { texts, rows } = show(tab, SESSION, 20);
  await until(() => texts().length === 20, "the newest");
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 31, hasMore: true });
  expect(texts()).toEqual(numbers(29, 80));
  await tab.landfall.connectivity.simulateOffline(false);
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  await until(() => rows().every(({ sync }) => sync.state === "synced"), "all to be sent");
  expect(texts()).toEqual(numbers(29, 80));
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: true });
  expect(texts()).toEqual(numbers(9, 80));
});

test("two watchers of a session see what either opens, each from its own size on", async () => {
  const world = new World();
  const tab = await reader(world, 100);
  const [small, large] = [show(tab, SESSION, 10), show(tab, SESSION, 40)];
  await until(() => small.texts().length === 10 && large.texts().length === 40, "both");
  await tab.landfall.chat.loadOlder(SESSION);
  expect([small.texts(), large.texts()]).toEqual([numbers(20, 100), numbers(20, 100)]);
});

test("a window that makes no sense is refused at once", async () => {
  const tab = await new World().signedInTab();
  for (const newest of [0, -1, 1.5, Number.NaN]) {
    expect(() => tab.landfall.chat.messages(SESSION, { newest })).toThrow("newest");
  }
});
