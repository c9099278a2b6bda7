// A tab that the browser has frozen keeps its locks and does nothing. The other tabs of the browser go on without it, and nothing is sent or stored twice
// when it is thawed.

import { expect, test } from "vitest";
import { TabLock, TabLocks } from "../../src/sync/tab-locks";
import type { SyncRequest } from "../../src/types/wire";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { FakeClock, until } from "../support/fake-clock";
import { FakeLocks } from "../support/fake-locks";

const BATCH = /POST \/api\/sync$/;
const SESSION = /GET \/api\/auth\/get-session/;
const SIGN_IN = /dev\/sign-in/;

/** A tab of the same browser that the server has confirmed. */
async function nextTab({ browser }: Tab): Promise<Tab> {
  const tab = browser.tab();
  await tab.landfall.start();
  await until(() => !tab.landfall.auth.session.get().remembered, "the tab to be confirmed");
  await tab.idle();
  return tab;
}

/** Two tabs of one browser. The first one leads. */
async function twoTabs(env: TestEnvironment): Promise<[leader: Tab, other: Tab, session: string]> {
  const leader = await env.signedInTab();
  const session = await leader.syncedSession();
  return [leader, await nextTab(leader), session];
}

/** Freezes the tab while the answer to its next request of this kind is on the way. */
function freezeAtAnswer(env: TestEnvironment, tab: Tab, request: RegExp): Promise<void> {
  return new Promise((resolve) => {
    env.server.beforeAnswer = ({ method, path }) => {
      if (!request.test(`${method} ${path}`)) return;
      env.server.beforeAnswer = () => {};
      tab.freeze();
      resolve();
    };
  });
}

const mutationsIn = (request?: { body: unknown }) => (request?.body as SyncRequest | undefined)?.mutations;
const texts = (env: TestEnvironment) => env.server.messagesOf(EMAIL).map(({ content }) => content);
const userOf = ({ landfall }: Tab) => landfall.auth.session.get().user?.email;

test("the tab in use sends within 20 seconds though the leader is frozen, and says why it waits until then", async () => {
  const env = new TestEnvironment();
  const [leader, other, session] = await twoTabs(env);
  leader.freeze();
  const [id = ""] = await other.send(session, "one");
  const reasons = new Set<string | undefined>();
  other.landfall.sync.status.subscribe(({ reason }) => reasons.add(reason));
  await env.clock.advance(7_000);
  expect((await other.landfall.sync.why(id))?.sync).toMatchObject({
    state: "saved",
    reason: expect.stringContaining("suspended"),
  });
  await env.clock.advance(13_000);
  expect(texts(env)).toEqual(["one"]);
  expect(reasons).toContainEqual(expect.stringContaining("suspended"));
  await until(() => other.landfall.sync.status.get().state === "synced", "the status");
  expect(other.landfall.sync.status.get().reason).toBeUndefined();
});

test("a thawed leader sends nothing, and leads again when the other tab is gone", async () => {
  const env = new TestEnvironment();
  const [leader, other, session] = await twoTabs(env);
  await leader.send(session, "by the leader");
  leader.freeze();
  await other.send(session, "by the other");
  await env.clock.advance(20_000);
  expect(texts(env)).toEqual(["by the leader", "by the other"]);
  const before = env.server.batches().length;
  leader.unfreeze();
  await env.clock.advance(60_000);
  expect(env.server.batches().length).toBe(before);
  await leader.send(session, "again");
  other.crash();
  await env.clock.advance(5_000);
  expect(texts(env)).toEqual(["by the leader", "by the other", "again"]);
});

test("what a frozen leader has sealed is sent once, and the answer that it gets after the unfreeze changes nothing", async () => {
  const env = new TestEnvironment();
  const [leader, other, session] = await twoTabs(env);
  const frozen = freezeAtAnswer(env, leader, BATCH);
  const { tags } = other.landfall.collections;
  await leader.send(session, "one");
  await env.clock.advance(2_000);
  await frozen;
  await tags.put({ id: "t", name: "Sea" });
  await env.clock.advance(20_000);
  await other.landfall.sync.awaitInSync();
  env.server.userData(EMAIL).write("tags", "t", { name: "Harbour" });
  await other.sync();
  const [first, repeat] = env.server.batches();
  expect(mutationsIn(repeat)).toEqual(mutationsIn(first));
  const { appState } = other.browser.database();
  const pulled = await appState.get("sync.pull");
  leader.unfreeze();
  await leader.idle();
  expect(await appState.get("sync.pull")).toEqual(pulled);
  expect(await tags.get("t")).toMatchObject({ name: "Harbour" });
  expect(texts(env)).toEqual(["one"]);
  expect((await leader.messages(session)).map(({ sync }) => sync.state)).toEqual(["synced"]);
});

test("a tab that was frozen while it waited does not get in the way", async () => {
  const env = new TestEnvironment();
  const [leader, waiting, session] = await twoTabs(env);
  const used = await nextTab(leader);
  waiting.freeze();
  leader.crash();
  await used.send(session, "one");
  await env.clock.advance(20_000);
  expect(texts(env)).toEqual(["one"]);
  waiting.unfreeze();
  await used.send(session, "two");
  await env.clock.advance(20_000);
  expect(texts(env)).toEqual(["one", "two"]);
  expect(env.server.batches().filter(({ body }) => JSON.stringify(body).includes('"two"'))).toHaveLength(1);
});

test("a leader that is busy or hidden keeps the lead", async () => {
  const env = new TestEnvironment();
  const [leader, other, session] = await twoTabs(env);
  env.server.fail(BATCH, { kind: "hang" }, 3);
  await other.send(session, "one");
  await env.clock.advance(14_000);
  expect(env.server.batches()).toHaveLength(1);
  // Both tabs sleep with the device.
  leader.freeze();
  other.freeze();
  await env.clock.advance(3_600_000);
  other.unfreeze();
  leader.unfreeze();
  await env.clock.advance(14_000);
  leader.crash();
  await env.clock.advance(60_000);
  expect(texts(env)).toEqual(["one"]);
});

test("nobody waits for a tab that was frozen while it asked who is signed in", async () => {
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  const session = await first.syncedSession();
  await first.landfall.close();
  const asking = first.browser.tab();
  const frozen = freezeAtAnswer(env, asking, SESSION);
  void asking.landfall.start();
  await frozen;
  const used = first.browser.tab();
  await used.landfall.start();
  await used.send(session, "one");
  await env.clock.advance(20_000);
  expect(texts(env)).toEqual(["one"]);
  const signedIn = used.landfall.auth.devSignIn({ email: "bob@example.org" });
  await env.clock.advance(15_000);
  expect(await signedIn).toMatchObject({ email: "bob@example.org" });
  // Its answer is about Ada.
  asking.unfreeze();
  await env.clock.advance(5_000);
  for (const tab of [asking, used]) expect(userOf(tab)).toBe("bob@example.org");
  expect(env.server.batches().filter(({ userId }) => userId !== "user-ada")).toEqual([]);
});

test("a sign-in that was frozen does not undo a later one of another tab", async () => {
  const env = new TestEnvironment();
  const [first, second] = await twoTabs(env);
  const frozen = freezeAtAnswer(env, first, SIGN_IN);
  const interrupted = first.landfall.auth.devSignIn({ email: "bob@example.org" }).catch((error: unknown) => error);
  await frozen;
  const signedIn = second.landfall.auth.devSignIn({ email: "carol@example.org" });
  await env.clock.advance(15_000);
  await signedIn;
  first.unfreeze();
  expect(await interrupted).toMatchObject({ code: "interrupted" });
  await env.clock.advance(20_000);
  for (const tab of [first, second]) expect(userOf(tab)).toBe("carol@example.org");
  expect(second.landfall.auth.session.get().remembered).toBe(false);
});

test("a sign-out that was frozen does not end a later sign-in of another tab", async () => {
  const env = new TestEnvironment();
  const [first, second] = await twoTabs(env);
  const frozen = freezeAtAnswer(env, first, /sign-out/);
  const signedOut = first.landfall.auth.signOut();
  await frozen;
  const signedIn = second.landfall.auth.devSignIn({ email: "carol@example.org" });
  await env.clock.advance(15_000);
  await signedIn;
  first.unfreeze();
  await signedOut;
  await env.clock.advance(20_000);
  for (const tab of [first, second]) expect(userOf(tab)).toBe("carol@example.org");
});

test("a tab does not take its own long request for a frozen tab", async () => {
  const clock = new FakeClock();
  const locks = new TabLocks({ name: "own-request", locks: new FakeLocks().client() }, clock);
  const lock = new TabLock(locks, "identity");
  let finish = () => {};
  const answer = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const request = lock.shared(() => answer);
  const order: string[] = [];
  const signIn = lock.exclusive(async () => void order.push("sign-in"));
  await clock.advance(60_000);
  order.push("answer");
  finish();
  await Promise.all([request, signIn]);
  expect(order).toEqual(["answer", "sign-in"]);
  locks.close();
});
