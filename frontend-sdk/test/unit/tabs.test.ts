// Several tabs of one browser: one of them sends, and it doesn't matter which.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";
import { EMAIL, type Tab, World } from "../support/world";

const BATCH = /POST \/api\/sync$/;
const NEWS = /GET \/api\/sync\/changes/;

/** Two tabs of one browser; the first one leads. */
async function twoTabs(world: World): Promise<[Tab, Tab]> {
  const browser = world.browser();
  const [leader, follower] = [browser.tab(), browser.tab()];
  await leader.signIn();
  await follower.landfall.start();
  await until(() => !follower.landfall.auth.session.get().remembered, "the second tab to be confirmed");
  await follower.idle();
  return [leader, follower];
}

function texts(world: World): string[] {
  return world.server.messagesOf(EMAIL).map(({ content }) => content);
}

test("two tabs that write at the same time send nothing twice", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  await Promise.all([leader.send(session, "a1", "a2", "a3"), follower.send(session, "b1", "b2", "b3")]);
  await world.clock.advance(2_000);
  await Promise.all([leader.landfall.sync.awaitInSync(), follower.landfall.sync.awaitInSync()]);
  expect(texts(world).sort()).toEqual(["a1", "a2", "a3", "b1", "b2", "b3"]);
  const sent = world.server.requests(BATCH).flatMap(({ body }) => messagesIn(body));
  expect(sent).toHaveLength(6);
});

test("a follower's message is sent by the leader and shown in both", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  await follower.send(session, "from the follower");
  await world.clock.advance(2_000);
  await follower.landfall.sync.awaitInSync();
  for (const tab of [leader, follower]) {
    expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
      ["from the follower", "synced"],
    ]);
  }
});

test("the leader's crash passes the lead on, with what it left unfinished", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  world.server.fail(BATCH, { kind: "hang" });
  await leader.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length === 1, "the leader's attempt");
  leader.crash();
  await follower.landfall.sync.awaitInSync();
  expect(texts(world)).toEqual(["one"]);
  const [attempt, repeat] = world.server.batches();
  expect(messagesIn(repeat?.body)).toEqual(messagesIn(attempt?.body));
});

test("a tab that takes over after a 401 asks for itself whether the session has ended", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  world.server.revokeAll();
  world.server.fail(/get-session/, { kind: "hang" });
  await leader.send(session, "one");
  await world.clock.advance(2_000);
  await leader.browser.database().appState.put({
    key: "sync.hold",
    value: { code: "unauthenticated", reason: "The session has ended.", until: null },
  });
  leader.crash();
  await until(() => follower.landfall.auth.session.get().expired, "the end of the session to show");
  await follower.landfall.auth.devSignIn({ email: EMAIL });
  await follower.landfall.sync.awaitInSync();
  expect(texts(world)).toEqual(["one"]);
});

test("the leader's end passes the lead on", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  await leader.landfall.close();
  await follower.send(session, "one");
  await world.clock.advance(2_000);
  await follower.landfall.sync.awaitInSync();
  expect(texts(world)).toEqual(["one"]);
});

test("a follower can hurry and pause the queue", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  await follower.landfall.sync.pause();
  await follower.send(session, "one");
  await world.clock.advance(60_000);
  expect(texts(world)).toEqual([]);
  expect(leader.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1 });
  await follower.landfall.sync.resume();
  await until(() => texts(world).length === 1, "the resumed queue");

  await follower.send(session, "two");
  await follower.landfall.sync.now();
  await until(() => texts(world).length === 2, "the hurried message");
});

test("the offline switch holds in every tab and across a reload", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  const session = await leader.syncedSession();
  await follower.landfall.connectivity.simulateOffline(true);
  await until(() => leader.landfall.connectivity.status.get().simulatedOffline, "the other tab to be cut off");
  await leader.send(session, "one");
  await world.clock.advance(10_000);
  expect(texts(world)).toEqual([]);

  await leader.landfall.close();
  await follower.landfall.close();
  const reloaded = leader.browser.tab();
  await reloaded.landfall.start();
  expect(reloaded.landfall.auth.session.get()).toMatchObject({ status: "signed-in", remembered: true });
  expect((await reloaded.messages(session)).map(({ content }) => content)).toEqual(["one"]);
  await world.clock.advance(10_000);
  expect(texts(world)).toEqual([]);
  await reloaded.landfall.connectivity.simulateOffline(false);
  await reloaded.landfall.sync.awaitInSync();
  expect(texts(world)).toEqual(["one"]);
});

test("only one tab asks for news", async () => {
  const world = new World();
  await twoTabs(world);
  const before = world.server.requests(NEWS).length;
  await world.clock.advance(30_000);
  expect(world.server.requests(NEWS).length - before).toBe(1);
});

test("a sign-out in one tab is one in all", async () => {
  const world = new World();
  const [leader, follower] = await twoTabs(world);
  await leader.landfall.auth.signOut();
  await until(() => follower.landfall.auth.session.get().status === "signed-out", "the other tab to follow");
  expect(leader.browser.jar.token).toBeNull();
});

test("nothing is sent in another user's name when the other tab signs in as somebody else", async () => {
  const world = new World();
  const [first, second] = await twoTabs(world);
  const session = await first.syncedSession("Ada's");
  await first.send(session, "Ada's secret");
  await second.landfall.auth.devSignIn({ email: "bob@example.org" });
  await world.clock.advance(60_000);
  await until(() => first.landfall.auth.session.get().user?.email === "bob@example.org", "the first tab to follow");
  expect(world.server.liveSessionsOf("bob@example.org")).toEqual([]);
  expect(world.server.messagesOf("bob@example.org")).toEqual([]);
  const foreign = world.server.batches().filter(({ userId }) => userId === "user-bob");
  expect(foreign).toEqual([]);

  await first.landfall.auth.devSignIn({ email: EMAIL });
  await first.landfall.sync.awaitInSync();
  expect(texts(world)).toEqual(["Ada's secret"]);
});

test.each([
  ["somebody else", "bob@example.org"],
  ["an unknown sign-in", EMAIL],
])("nothing is sent once the browser belongs to %s, even before the tab has heard of it", async (_who, email) => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "Ada's secret");
  // Another tab signs Bob in. Its news travel by broadcast; this write to the device's memory makes none.
  await world.server.fetchFor(tab.browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: "bob@example.org" }),
  });
  await tab.browser.rememberSilently(world.server.account(email).user);
  await world.clock.advance(2_000);
  expect(world.server.batches()).toEqual([]);
});

test("a tab that ends in the middle of somebody else's sign-in leaves nothing to be sent in the wrong name", async () => {
  const world = new World();
  const [first, second] = await twoTabs(world);
  const session = await first.syncedSession();
  await first.send(session, "Ada's secret");
  world.server.fail(/dev\/sign-in/, { kind: "lost-answer" });
  world.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/dev/sign-in")) second.crash();
  };
  void second.landfall.auth.devSignIn({ email: "bob@example.org" });
  await until(() => world.server.requests(/dev\/sign-in/).length === 2, "the sign-in");
  await world.clock.advance(5_000);
  expect(world.server.batches().filter(({ userId }) => userId !== "user-ada")).toEqual([]);
});

test("a sign-in whose answer is lost makes every tab ask who is signed in before it goes on", async () => {
  const world = new World();
  const [first, second] = await twoTabs(world);
  const session = await first.syncedSession();
  await first.send(session, "Ada's secret");
  world.server.fail(/dev\/sign-in/, { kind: "lost-answer" });
  world.server.beforeAnswer = async ({ path }) => {
    // The message falls due between the other tab's request and the new cookie.
    if (path.endsWith("/dev/sign-in")) await world.clock.advance(2_000);
  };
  await expect(second.landfall.auth.devSignIn({ email: "bob@example.org" })).rejects.toMatchObject({ code: "offline" });
  await world.clock.advance(5_000);
  await until(
    () => first.landfall.auth.session.get().user?.email === "bob@example.org",
    "the first tab to learn of it",
  );
  expect(world.server.batches().filter(({ userId }) => userId !== "user-ada")).toEqual([]);
});
