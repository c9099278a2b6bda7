// Who is signed in is asked once for all tabs of a browser, and each of them shows the answer.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { type Tab, World } from "../support/world";

const QUESTION = /GET \/api\/auth\/get-session/;

/** Three tabs of one browser, signed in and confirmed, and how often the server was asked since. */
async function threeTabs(world: World): Promise<{ tabs: Tab[]; questions: () => number }> {
  const browser = world.browser();
  const tabs = [browser.tab(), browser.tab(), browser.tab()];
  await tabs[0]?.signIn();
  for (const { landfall } of tabs) await landfall.start();
  await untilEach(tabs, confirmed, "every tab to be confirmed");
  await tabs[0]?.idle();
  const before = world.server.requests(QUESTION).length;
  return { tabs, questions: () => world.server.requests(QUESTION).length - before };
}

async function untilEach(tabs: readonly Tab[], holds: (tab: Tab) => boolean, what: string): Promise<void> {
  await until(() => tabs.every(holds), what);
}

/** After an outage the first tab asks, and the server doesn't answer. */
async function askInVain(world: World, tabs: readonly Tab[]): Promise<void> {
  await tabs[0]?.landfall.connectivity.simulateOffline(true);
  await untilEach(tabs, (tab) => stateOf(tab).remembered, "doubt");
  world.server.fail(QUESTION, { kind: "hang" });
  await tabs[0]?.landfall.connectivity.simulateOffline(false);
}

const stateOf = (tab: Tab) => tab.landfall.auth.session.get();
const confirmed = (tab: Tab) => stateOf(tab).status === "signed-in" && !stateOf(tab).remembered;
const expired = (tab: Tab) => stateOf(tab).expired;

test("after an outage one tab asks, and all go on", async () => {
  const world = new World();
  const { tabs, questions } = await threeTabs(world);
  for (const down of [true, false]) {
    await tabs[1]?.landfall.connectivity.simulateOffline(down);
    await untilEach(tabs, (tab) => stateOf(tab).remembered === down, down ? "doubt" : "every tab to be confirmed");
  }
  expect(questions()).toBe(1);
});

test("tabs that a browser opens again together ask once", async () => {
  const world = new World();
  const { tabs, questions } = await threeTabs(world);
  for (const { landfall } of tabs) await landfall.close();
  const again = tabs.map(({ browser }) => browser.tab());
  await Promise.all(again.map(({ landfall }) => landfall.start()));
  await untilEach(again, confirmed, "every tab to be confirmed");
  expect(questions()).toBe(1);
});

test("a session that ends while a tab sends is asked about once, shows in every tab, and a sign-in in any of them ends that", async () => {
  const world = new World();
  const { tabs, questions } = await threeTabs(world);
  const [leader, , last] = tabs;
  const session = await leader?.syncedSession();
  world.server.revokeAll();
  await last?.send(session ?? "", "one");
  await world.clock.advance(2_000);
  await untilEach(tabs, expired, "the end of the session in every tab");
  expect(questions()).toBe(1);
  expect(await leader?.browser.database().syncQueue.count()).toBe(1);

  await last?.signIn();
  await untilEach(tabs, confirmed, "every tab to be confirmed");
  await last?.landfall.sync.awaitInSync();
  expect(questions()).toBe(1);
});

test("a question that the server doesn't answer is none that others wait for a second time", async () => {
  const world = new World();
  const { tabs, questions } = await threeTabs(world);
  await askInVain(world, tabs);
  await world.clock.advanceUntil(() => tabs.every(confirmed), "every tab to be confirmed");
  expect(questions()).toBe(2);
});

test("a tab that ends while it asks leaves the question to another", async () => {
  const world = new World();
  const { tabs, questions } = await threeTabs(world);
  await askInVain(world, tabs);
  await until(() => questions() === 1, "the question");
  tabs[0]?.crash();
  await world.clock.advanceUntil(() => tabs.slice(1).every(confirmed), "the other tabs to be confirmed");
  expect(questions()).toBe(2);
});

test("a sign-in as somebody else and a sign-out need no question in any tab", async () => {
  const world = new World();
  const { tabs, questions } = await threeTabs(world);
  const [first] = tabs;
  await first?.landfall.auth.devSignIn({ email: "bob@example.org" });
  await untilEach(tabs, (tab) => stateOf(tab).user?.email === "bob@example.org", "every tab to follow");
  await untilEach(tabs, confirmed, "every tab to be confirmed");
  await first?.landfall.auth.signOut();
  await untilEach(tabs, (tab) => stateOf(tab).status === "signed-out", "every tab to follow");
  expect(questions()).toBe(0);
});
