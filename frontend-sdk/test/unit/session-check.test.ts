// The tabs of a browser ask the server once for the signed-in user, and each tab shows the answer.

import { expect, test } from "vitest";
import { type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const SESSION_CHECK = /GET \/api\/auth\/get-session/;

/** Three signed-in and confirmed tabs of one browser, and the number of session checks since then. */
async function threeTabs(env: TestEnvironment): Promise<{ tabs: Tab[]; checks: () => number }> {
  const browser = env.browser();
  const tabs = [browser.tab(), browser.tab(), browser.tab()];
  await tabs[0]?.signIn();
  for (const { landfall } of tabs) await landfall.start();
  await untilEach(tabs, confirmed, "every tab to be confirmed");
  await tabs[0]?.idle();
  const before = env.server.requests(SESSION_CHECK).length;
  return { tabs, checks: () => env.server.requests(SESSION_CHECK).length - before };
}

async function untilEach(tabs: readonly Tab[], holds: (tab: Tab) => boolean, what: string): Promise<void> {
  await until(() => tabs.every(holds), what);
}

/** Makes the first tab check the session after an outage, without an answer. */
async function checkWithoutAnswer(env: TestEnvironment, tabs: readonly Tab[]): Promise<void> {
  await tabs[0]?.landfall.connectivity.simulateOffline(true);
  await untilEach(tabs, (tab) => stateOf(tab).remembered, "an unconfirmed session");
  env.server.fail(SESSION_CHECK, { kind: "hang" });
  await tabs[0]?.landfall.connectivity.simulateOffline(false);
}

const stateOf = (tab: Tab) => tab.landfall.auth.session.get();
const confirmed = (tab: Tab) => stateOf(tab).status === "signed-in" && !stateOf(tab).remembered;
const expired = (tab: Tab) => stateOf(tab).expired;

test("after an outage one tab checks the session for all tabs", async () => {
  const env = new TestEnvironment();
  const { tabs, checks } = await threeTabs(env);
  for (const down of [true, false]) {
    await tabs[1]?.landfall.connectivity.simulateOffline(down);
    await untilEach(
      tabs,
      (tab) => stateOf(tab).remembered === down,
      down ? "an unconfirmed session" : "every tab to be confirmed",
    );
  }
  expect(checks()).toBe(1);
});

test("tabs that open together check the session once", async () => {
  const env = new TestEnvironment();
  const { tabs, checks } = await threeTabs(env);
  for (const { landfall } of tabs) await landfall.close();
  const again = tabs.map(({ browser }) => browser.tab());
  await Promise.all(again.map(({ landfall }) => landfall.start()));
  await untilEach(again, confirmed, "every tab to be confirmed");
  expect(checks()).toBe(1);
});

test("a session that ends during a push is checked once and expires in every tab, and a sign-in in one tab confirms all", async () => {
  const env = new TestEnvironment();
  const { tabs, checks } = await threeTabs(env);
  const [leader, , last] = tabs;
  const session = await leader?.syncedSession();
  env.server.revokeAll();
  await last?.send(session ?? "", "one");
  await env.clock.advance(2_000);
  await untilEach(tabs, expired, "the end of the session in every tab");
  expect(checks()).toBe(1);
  expect(await leader?.browser.database().syncQueue.count()).toBe(1);

  await last?.signIn();
  await untilEach(tabs, confirmed, "every tab to be confirmed");
  await last?.landfall.sync.awaitInSync();
  expect(checks()).toBe(1);
});

test("a session check without an answer is repeated once for all tabs", async () => {
  const env = new TestEnvironment();
  const { tabs, checks } = await threeTabs(env);
  await checkWithoutAnswer(env, tabs);
  await env.clock.advanceUntil(() => tabs.every(confirmed), "every tab to be confirmed");
  expect(checks()).toBe(2);
});

test("a tab that crashes during its session check leaves the check to another tab", async () => {
  const env = new TestEnvironment();
  const { tabs, checks } = await threeTabs(env);
  await checkWithoutAnswer(env, tabs);
  await until(() => checks() === 1, "the session check");
  tabs[0]?.crash();
  await env.clock.advanceUntil(() => tabs.slice(1).every(confirmed), "the other tabs to be confirmed");
  expect(checks()).toBe(2);
});

test("a sign-in as another user and a sign-out need no session check in any tab", async () => {
  const env = new TestEnvironment();
  const { tabs, checks } = await threeTabs(env);
  const [first] = tabs;
  await first?.landfall.auth.devSignIn({ email: "bob@example.org" });
  await untilEach(tabs, (tab) => stateOf(tab).user?.email === "bob@example.org", "every tab to follow");
  await untilEach(tabs, confirmed, "every tab to be confirmed");
  await first?.landfall.auth.signOut();
  await untilEach(tabs, (tab) => stateOf(tab).status === "signed-out", "every tab to follow");
  expect(checks()).toBe(0);
});
