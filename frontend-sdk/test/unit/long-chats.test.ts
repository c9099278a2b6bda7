// Long chats: the view is a window at the end, which loadOlder extends backwards.

import { expect, test } from "vitest";
import type { ChatMessageRow } from "../../src/types";
import type { NewMessage } from "../../src/types/wire";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const SESSION = "0192f000-0000-7000-8000-000000000001";

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `${from + index}`);

function remote(from: number, to: number): NewMessage[] {
  const createdAt = "2026-11-21T08:00:00.000Z";
  return numbers(from, to).map((content) => ({ sessionId: SESSION, role: "user", content, createdAt }));
}

/** Subscribes to a session. The returned function gives its texts. */
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

/** A tab that has pulled `count` messages and shows none of them. */
async function reader(env: TestEnvironment, count: number): Promise<Tab> {
  env.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  env.server.writeAsOtherDevice(EMAIL, remote(0, count));
  const tab = await env.signedInTab();
  await pulled(tab, count);
  return tab;
}

test("a long chat shows its newest 200 messages, and new messages at the end", async () => {
  const env = new TestEnvironment();
  const tab = await reader(env, 450);
  const { texts } = show(tab, SESSION);
  await until(() => texts().length > 0, "the first rows");
  expect(texts()).toEqual(numbers(250, 450));
  await tab.send(SESSION, "new");
  await until(() => texts().at(-1) === "new", "the new one");
  expect(texts()).toEqual([...numbers(251, 450), "new"]);
});

test("a new message reads only the window, however long the chat is", async () => {
  const env = new TestEnvironment();
  const tab = await reader(env, 450);
  const { texts } = show(tab, SESSION, 20);
  await until(() => texts().length > 0, "the first rows");
  const read: number[] = [];
  tab.browser.countRead("chatMessages", (rows) => read.push(rows));
  await tab.send(SESSION, "new");
  await until(() => texts().at(-1) === "new", "the new one");
  expect(Math.max(...read)).toBe(20);
});

test("each loadOlder returns how many messages it added and whether there are more", async () => {
  const tab = await reader(new TestEnvironment(), 110);
  const { texts } = show(tab, SESSION, 50);
  await until(() => texts().length === 50, "the newest");
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 50, hasMore: true });
  expect(texts()).toEqual(numbers(10, 110));
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 10, hasMore: false });
  expect(texts()).toEqual(numbers(0, 110));
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 0, hasMore: false });
});

test("on a new device loadOlder waits for the pull, and rejects without a network", async () => {
  const env = new TestEnvironment();
  env.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  env.server.writeAsOtherDevice(EMAIL, remote(0, 60));
  const tab = env.browser().tab();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  env.server.beforeAnswer = async ({ path }) => (path.endsWith("/changes") ? held : undefined);
  await tab.signIn();
  const { texts } = show(tab, SESSION, 50);
  await until(() => texts().length === 50, "the initial snapshot");
  const step = tab.landfall.chat.loadOlder(SESSION);
  await tab.idle();
  expect(texts()).toHaveLength(50);
  letGo();
  expect(await step).toEqual({ loaded: 10, hasMore: false });
  expect(texts()).toEqual(numbers(0, 60));

  const other = env.browser().tab();
  env.server.fail(/changes/, { kind: "unreachable" }, 99);
  await other.signIn();
  const shown = show(other, SESSION, 50);
  await until(() => shown.texts().length === 50, "the initial snapshot");
  env.server.setDown(true);
  await until(() => !other.landfall.connectivity.status.get().online, "offline");
  await expect(other.landfall.chat.loadOlder(SESSION)).rejects.toMatchObject({ code: "offline" });
});

test("messages on this device load without a network", async () => {
  const env = new TestEnvironment();
  const tab = await reader(env, 60);
  const { texts } = show(tab, SESSION, 20);
  await until(() => texts().length === 20, "the newest");
  await tab.landfall.connectivity.simulateOffline(true);
  const asked = env.server.received.length;
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: true });
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: false });
  expect(texts()).toEqual(numbers(0, 60));
  expect(env.server.received).toHaveLength(asked);
});

test("loaded messages stay visible while messages arrive, until the view is closed", async () => {
  const env = new TestEnvironment();
  const tab = await reader(env, 100);
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

test("unsent messages that were loaded stay visible when they are sent", async () => {
  const env = new TestEnvironment();
  const tab = await reader(env, 30);
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(SESSION, ...numbers(30, 80));
  const { texts, rows } = show(tab, SESSION, 20);
  await until(() => texts().length === 20, "the newest");
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 31, hasMore: true });
  expect(texts()).toEqual(numbers(29, 80));
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  await until(() => rows().every(({ sync }) => sync.state === "synced"), "all to be sent");
  expect(texts()).toEqual(numbers(29, 80));
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: true });
  expect(texts()).toEqual(numbers(9, 80));
});

test("two views of a session share loaded messages, each from its own initial size", async () => {
  const env = new TestEnvironment();
  const tab = await reader(env, 100);
  const [small, large] = [show(tab, SESSION, 10), show(tab, SESSION, 40)];
  await until(() => small.texts().length === 10 && large.texts().length === 40, "both");
  await tab.landfall.chat.loadOlder(SESSION);
  expect([small.texts(), large.texts()]).toEqual([numbers(20, 100), numbers(20, 100)]);
});

test("an invalid window size is rejected at once", async () => {
  const tab = await new TestEnvironment().signedInTab();
  for (const newest of [0, -1, 1.5, Number.NaN]) {
    expect(() => tab.landfall.chat.messages(SESSION, { newest })).toThrow("newest");
  }
});
