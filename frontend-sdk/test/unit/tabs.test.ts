// Several tabs of one browser: one tab sends for all of them.

import { expect, test } from "vitest";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";

const BATCH = /POST \/api\/sync$/;
const CHANGES = /GET \/api\/sync\/changes/;

/** Two tabs of one browser. The first one is the leader. */
async function twoTabs(env: TestEnvironment): Promise<[Tab, Tab]> {
  const browser = env.browser();
  const [leader, follower] = [browser.tab(), browser.tab()];
  await leader.signIn();
  await follower.landfall.start();
  await until(() => !follower.landfall.auth.session.get().remembered, "the second tab to be confirmed");
  await follower.idle();
  return [leader, follower];
}

function texts(env: TestEnvironment): string[] {
  return env.server.messagesOf(EMAIL).map(({ content }) => content);
}

test("two tabs that write at the same time send nothing twice", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  await Promise.all([leader.send(session, "a1", "a2", "a3"), follower.send(session, "b1", "b2", "b3")]);
  await env.clock.advance(2_000);
  await Promise.all([leader.landfall.sync.awaitInSync(), follower.landfall.sync.awaitInSync()]);
  expect(texts(env).sort()).toEqual(["a1", "a2", "a3", "b1", "b2", "b3"]);
  const sent = env.server.requests(BATCH).flatMap(({ body }) => messagesIn(body));
  expect(sent).toHaveLength(6);
});

test("the leader sends a follower's message, and both tabs show it", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  await follower.send(session, "from the follower");
  await env.clock.advance(2_000);
  await follower.landfall.sync.awaitInSync();
  for (const tab of [leader, follower]) {
    expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
      ["from the follower", "synced"],
    ]);
  }
});

test("after a crash of the leader the next tab sends its unfinished entries", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  env.server.fail(BATCH, { kind: "hang" });
  await leader.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 1, "the leader's attempt");
  leader.crash();
  await follower.landfall.sync.awaitInSync();
  expect(texts(env)).toEqual(["one"]);
  const [attempt, repeat] = env.server.batches();
  expect(messagesIn(repeat?.body)).toEqual(messagesIn(attempt?.body));
});

test("a tab that becomes leader after a 401 checks the session itself", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  env.server.revokeAll();
  env.server.fail(/get-session/, { kind: "hang" });
  await leader.send(session, "one");
  await env.clock.advance(2_000);
  await leader.browser.database().appState.put({
    key: "sync.hold",
    value: { code: "unauthenticated", reason: "The session has ended.", until: null },
  });
  leader.crash();
  await until(() => follower.landfall.auth.session.get().expired, "the end of the session to show");
  await follower.landfall.auth.devSignIn({ email: EMAIL });
  await follower.landfall.sync.awaitInSync();
  expect(texts(env)).toEqual(["one"]);
});

test("after the leader is closed the next tab sends", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  await leader.landfall.close();
  await follower.send(session, "one");
  await env.clock.advance(2_000);
  await follower.landfall.sync.awaitInSync();
  expect(texts(env)).toEqual(["one"]);
});

test("a follower can call sync.now() and pause the outbox", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  await follower.landfall.sync.pause();
  await follower.send(session, "one");
  await env.clock.advance(60_000);
  expect(texts(env)).toEqual([]);
  expect(leader.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1 });
  await follower.landfall.sync.resume();
  await until(() => texts(env).length === 1, "the resumed queue");

  await follower.send(session, "two");
  await follower.landfall.sync.now();
  await until(() => texts(env).length === 2, "the message");
});

test("simulateOffline applies to every tab and survives a reload", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  const session = await leader.syncedSession();
  await follower.landfall.connectivity.simulateOffline(true);
  await until(() => leader.landfall.connectivity.status.get().simulatedOffline, "the other tab to be offline");
  await leader.send(session, "one");
  await env.clock.advance(10_000);
  expect(texts(env)).toEqual([]);

  await leader.landfall.close();
  await follower.landfall.close();
  const reloaded = leader.browser.tab();
  await reloaded.landfall.start();
  expect(reloaded.landfall.auth.session.get()).toMatchObject({ status: "signed-in", remembered: true });
  expect((await reloaded.messages(session)).map(({ content }) => content)).toEqual(["one"]);
  await env.clock.advance(10_000);
  expect(texts(env)).toEqual([]);
  await reloaded.landfall.connectivity.simulateOffline(false);
  await reloaded.landfall.sync.awaitInSync();
  expect(texts(env)).toEqual(["one"]);
});

test("only one tab pulls", async () => {
  const env = new TestEnvironment();
  await twoTabs(env);
  const before = env.server.requests(CHANGES).length;
  await env.clock.advance(30_000);
  expect(env.server.requests(CHANGES).length - before).toBe(1);
});

test("a sign-out in one tab signs every tab out", async () => {
  const env = new TestEnvironment();
  const [leader, follower] = await twoTabs(env);
  await leader.landfall.auth.signOut();
  await until(() => follower.landfall.auth.session.get().status === "signed-out", "the other tab to follow");
  expect(leader.browser.jar.token).toBeNull();
});

test("no push uses another user's session when the other tab signs in as another user", async () => {
  const env = new TestEnvironment();
  const [first, second] = await twoTabs(env);
  const session = await first.syncedSession("Ada's");
  await first.send(session, "Ada's secret");
  await second.landfall.auth.devSignIn({ email: "bob@example.org" });
  await env.clock.advance(60_000);
  await until(() => first.landfall.auth.session.get().user?.email === "bob@example.org", "the first tab to follow");
  expect(env.server.liveSessionsOf("bob@example.org")).toEqual([]);
  expect(env.server.messagesOf("bob@example.org")).toEqual([]);
  const foreign = env.server.batches().filter(({ userId }) => userId === "user-bob");
  expect(foreign).toEqual([]);

  await first.landfall.auth.devSignIn({ email: EMAIL });
  await first.landfall.sync.awaitInSync();
  expect(texts(env)).toEqual(["Ada's secret"]);
});

test.each([
  ["another user", "bob@example.org"],
  ["an unknown sign-in", EMAIL],
])("nothing is sent once the cookie belongs to %s, even before the tab is notified", async (_who, email) => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "Ada's secret");
  // Another tab signs Bob in. The write to the device's database triggers no broadcast.
  await env.server.fetchFor(tab.browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: "bob@example.org" }),
  });
  await tab.browser.rememberWithoutNotification(env.server.account(email).user);
  await env.clock.advance(2_000);
  expect(env.server.batches()).toEqual([]);
});

test("a tab that crashes during another user's sign-in causes no push in the wrong name", async () => {
  const env = new TestEnvironment();
  const [first, second] = await twoTabs(env);
  const session = await first.syncedSession();
  await first.send(session, "Ada's secret");
  env.server.fail(/dev\/sign-in/, { kind: "lost-answer" });
  env.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/dev/sign-in")) second.crash();
  };
  void second.landfall.auth.devSignIn({ email: "bob@example.org" });
  await until(() => env.server.requests(/dev\/sign-in/).length === 2, "the sign-in");
  await env.clock.advance(5_000);
  expect(env.server.batches().filter(({ userId }) => userId !== "user-ada")).toEqual([]);
});

test("after a sign-in with a lost answer every tab checks the session before it continues", async () => {
  const env = new TestEnvironment();
  const [first, second] = await twoTabs(env);
  const session = await first.syncedSession();
  await first.send(session, "Ada's secret");
  env.server.fail(/dev\/sign-in/, { kind: "lost-answer" });
  env.server.beforeAnswer = async ({ path }) => {
    // The message is due between the other tab's request and the new cookie.
    if (path.endsWith("/dev/sign-in")) await env.clock.advance(2_000);
  };
  await expect(second.landfall.auth.devSignIn({ email: "bob@example.org" })).rejects.toMatchObject({ code: "offline" });
  await env.clock.advance(5_000);
  await until(
    () => first.landfall.auth.session.get().user?.email === "bob@example.org",
    "the first tab to learn of it",
  );
  expect(env.server.batches().filter(({ userId }) => userId !== "user-ada")).toEqual([]);
});
