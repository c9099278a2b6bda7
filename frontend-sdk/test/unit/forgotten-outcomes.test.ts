// A device that was away for so long that the server has forgotten how it answered the device's last writes. They may have been applied, and other
// devices may have changed or deleted the rows since.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import type { FakeUserData } from "../support/fake-user-data";

const PUSH = /POST \/api\/sync$/;

const rule = (id: string, content = "x", name = `Rule ${id}`) => ({ id, name, type: "control" as const, content });

interface Away {
  env: TestEnvironment;
  tab: Tab;
  userData: FakeUserData;
}

/** A device that gets no answer to `write`, which the server has applied, and has no network from then on. */
async function awayAfter(write: (tab: Tab) => Promise<unknown>, before: ReturnType<typeof rule>[] = []): Promise<Away> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.collections.rules.putMany(before);
  await tab.sync();
  const userData = env.server.userData(EMAIL);
  const { version } = userData;
  env.server.fail(PUSH, { kind: "lost-answer" });
  await write(tab);
  await until(() => userData.version > version, "the effect");
  await tab.landfall.connectivity.simulateOffline(true);
  return { env, tab, userData };
}

async function comesBack({ env, tab, userData }: Away): Promise<void> {
  userData.runRetention();
  userData.forgetOutcomes();
  await tab.landfall.connectivity.simulateOffline(false);
  const { appState, syncQueue } = tab.browser.database();
  await env.clock.advanceUntil(async () => {
    const isAsked = env.server.requests(/outcomes/).length > 0;
    const isPulled = !(await appState.get("sync.resync"))?.value;
    return isAsked && isPulled && (await syncQueue.where("status").notEqual("failed").count()) === 0;
  }, "everything to be answered");
  await tab.sync();
}

const here = async ({ tab }: Away) => tab.landfall.collections.rules.list();
const there = ({ userData }: Away) => Object.values(userData.live("rules")).map(({ name, content }) => [name, content]);

test("a row that was deleted elsewhere does not return by itself", async () => {
  const away = await awayAfter(({ landfall }) => landfall.collections.rules.put(rule("r")));
  away.userData.write("rules", "r", null);
  await comesBack(away);
  expect(there(away)).toEqual([]);
  const { conflicts, sync } = away.tab.landfall;
  expect(sync.status.get()).toMatchObject({ state: "conflicts", pending: 0, conflicts: 1 });
  await conflicts.resolve({ collection: "rules", key: "r" }, "theirs");
  await away.tab.sync();
  expect(await here(away)).toEqual([]);
  expect(there(away)).toEqual([]);
  expect(sync.status.get().state).toBe("synced");
});

test("the person may keep a row that was deleted elsewhere", async () => {
  const away = await awayAfter(({ landfall }) => landfall.collections.rules.put(rule("r")));
  away.userData.write("rules", "r", null);
  await comesBack(away);
  await away.tab.landfall.conflicts.resolve({ collection: "rules", key: "r" }, "mine");
  await away.tab.sync();
  expect(there(away)).toEqual([["Rule r", "x"]]);
});

test("of a created row that another device has changed, or had created before, the person decides", async () => {
  const away = await awayAfter(({ landfall }) => landfall.collections.rules.put(rule("r", "mine")));
  away.userData.write("rules", "r", rule("r", "theirs"));
  await away.tab.landfall.collections.rules.update("r", { name: "Renamed" });
  await comesBack(away);
  expect(there(away)).toEqual([["Rule r", "theirs"]]);
  const { conflicts, sync } = away.tab.landfall;
  expect(sync.status.get()).toMatchObject({ state: "conflicts", pending: 0, conflicts: 1 });
  await conflicts.resolve({ collection: "rules", key: "r" }, "mine");
  await away.tab.sync();
  expect(there(away)).toEqual([["Renamed", "mine"]]);
});

test("a created row that the server has as it was sent asks nothing and is not sent again", async () => {
  const away = await awayAfter(({ landfall }) => landfall.collections.rules.put(rule("r", "mine")));
  const { version } = away.userData;
  await comesBack(away);
  expect(away.tab.landfall.sync.status.get().state).toBe("synced");
  expect(away.userData.version).toBe(version);
});

test("a created row that was deleted here since is deleted", async () => {
  const away = await awayAfter(({ landfall }) => landfall.collections.rules.put(rule("r")));
  await away.tab.landfall.collections.rules.delete("r");
  await comesBack(away);
  expect(there(away)).toEqual([]);
  expect(away.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", pending: 0 });
});

test("of a member that another device changed after the forgotten write, the person decides", async () => {
  const away = await awayAfter(
    ({ landfall }) => landfall.collections.rules.update("r", { content: "mine" }),
    [rule("r", "first")],
  );
  away.userData.write("rules", "r", rule("r", "theirs"));
  await comesBack(away);
  expect(there(away)).toEqual([["Rule r", "theirs"]]);
  expect(away.tab.landfall.sync.status.get()).toMatchObject({ state: "conflicts", conflicts: 1 });
});

test("a forgotten write that the server has beside another device's asks nothing and is not sent again", async () => {
  const away = await awayAfter(
    ({ landfall }) => landfall.collections.rules.update("r", { content: "mine" }),
    [rule("r", "first")],
  );
  away.userData.write("rules", "r", rule("r", "mine", "Theirs"));
  const { version } = away.userData;
  await comesBack(away);
  expect(there(away)).toEqual([["Theirs", "mine"]]);
  expect(await here(away)).toMatchObject([{ name: "Theirs", content: "mine" }]);
  expect(away.tab.landfall.sync.status.get().state).toBe("synced");
  expect(away.userData.version).toBe(version);
});

test("a forgotten write that the server refused then is sent again", async () => {
  const away = await awayAfter(
    ({ landfall }) => landfall.collections.rules.update("r", { content: "mine" }),
    [rule("r", "first")],
  );
  away.userData.set("rules", "r", rule("r", "first"));
  await comesBack(away);
  await away.tab.sync();
  expect(there(away)).toEqual([["Rule r", "mine"]]);
});

test("a forgotten write that the server refused then is merged with another device's change of another member", async () => {
  const away = await awayAfter(
    ({ landfall }) => landfall.collections.rules.update("r", { content: "mine" }),
    [rule("r", "first")],
  );
  away.userData.set("rules", "r", rule("r", "first", "Theirs"));
  await comesBack(away);
  await away.tab.sync();
  expect(there(away)).toEqual([["Theirs", "mine"]]);
  expect(away.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", conflicts: 0 });
});

test("a chat and its message are sent again, which the server recognises", async () => {
  let session = "";
  const away = await awayAfter(async ({ landfall }) => {
    session = (await landfall.chat.createSession({ title: "Plans" })).id;
    await landfall.chat.send(session, { role: "user", content: "hello" });
    await landfall.sync.now();
  });
  const { tab, userData } = away;
  await comesBack(away);
  expect(userData.sessions().map(({ title }) => title)).toEqual(["Plans"]);
  expect(userData.messages().map(({ content }) => content)).toEqual(["hello"]);
  expect((await tab.messages(session)).map(({ sync }) => sync.state)).toEqual(["synced"]);
});

test("an older server, which tells no outcomes, brings no deleted row back either", async () => {
  const away = await awayAfter(({ landfall }) => landfall.collections.rules.put(rule("r")));
  const failure = { kind: "status", status: 404, code: "not_found" } as const;
  away.env.server.failWhen(({ path }) => path.endsWith("/outcomes"), failure);
  away.userData.write("rules", "r", null);
  await comesBack(away);
  expect(away.tab.landfall.sync.status.get()).toMatchObject({ state: "conflicts", pending: 0, failed: 0 });
  expect(there(away)).toEqual([]);
});

test("a chat that was deleted elsewhere is refused, and leaves this device when its entry is discarded", async () => {
  let session = "";
  const away = await awayAfter(async ({ landfall }) => {
    session = (await landfall.chat.createSession({ title: "Plans" })).id;
  });
  const { tab, userData } = away;
  userData.write("chatSessions", session, null);
  await comesBack(away);
  const [failed] = await firstValue(tab.landfall.sync.failed());
  expect(failed).toMatchObject({ collection: "chatSessions", code: "session_deleted" });
  await tab.landfall.sync.discard(failed?.entryId ?? "");
  await tab.sync();
  expect(await tab.browser.database().chatSessions.count()).toBe(0);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});
