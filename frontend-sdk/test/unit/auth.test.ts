// Who is signed in: remembered by the device, confirmed by the server, gone when it says so.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, World } from "../support/world";

test("nothing is opened or asked before start", async () => {
  const world = new World();
  const tab = world.browser().tab();
  await tab.idle();
  expect(tab.landfall.auth.session.get().status).toBe("loading");
  expect(world.server.seen).toEqual([]);
  expect(await tab.browser.storage.indexedDB.databases()).toEqual([]);
});

test("a device that remembers nobody asks the server and is signed out", async () => {
  const world = new World();
  const tab = world.browser().tab();
  await tab.landfall.start();
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-out", user: null });
  await expect(tab.createSession()).rejects.toMatchObject({ code: "not_signed_in" });
});

test("a session that the server knows signs a new device in", async () => {
  const world = new World();
  const browser = world.browser();
  const response = await world.server.fetchFor(browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: EMAIL }),
  });
  expect(response.status).toBe(200);
  const tab = browser.tab();
  await tab.landfall.start();
  expect(tab.landfall.auth.session.get()).toMatchObject({
    status: "signed-in",
    remembered: false,
    user: { email: EMAIL },
  });
});

test("the app starts offline signed in, with its data, and is confirmed when the server is back", async () => {
  const world = new World();
  const first = await world.signedInTab();
  const session = await first.syncedSession("Plans");
  await first.landfall.close();
  world.server.setDown(true);
  const second = first.browser.tab();
  await second.landfall.start();
  expect(second.landfall.auth.session.get()).toMatchObject({
    status: "signed-in",
    remembered: true,
    user: { email: EMAIL },
  });
  expect((await firstValue(second.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Plans"]);
  await second.send(session, "written offline");
  await until(() => second.landfall.sync.status.get().state === "offline", "offline");
  world.server.setDown(false);
  await world.clock.advanceUntil(() => !second.landfall.auth.session.get().remembered, "the confirmation");
  await world.clock.advance(2_000);
  await second.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["written offline"]);
});

test("signing out keeps the data and sends nothing more until the same user is back", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "unsent");
  await tab.landfall.auth.signOut();
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-out", user: null });
  await world.clock.advance(60_000);
  expect(world.server.messagesOf(EMAIL)).toEqual([]);
  expect(await tab.browser.database().chatMessages.count()).toBe(1);

  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await tab.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["unsent"]);
});

test("two people on one browser never see each other's rows", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  await tab.syncedSession("Ada's");
  const sessions = tab.landfall.chat.sessions();
  const stop = sessions.subscribe(() => {});
  await until(() => sessions.get()?.length === 1, "Ada's session");
  await tab.landfall.auth.devSignIn({ email: "bob@example.org" });
  await until(() => sessions.get()?.length === 0, "Bob's empty list");
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await until(() => sessions.get()?.[0]?.title === "Ada's", "Ada's session again");
  stop();
});

test("a sign-out without a network holds at once and reaches the server later", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.setDown(true);
  await tab.landfall.auth.signOut();
  expect(tab.landfall.auth.session.get().status).toBe("signed-out");
  expect(tab.browser.jar.token).not.toBeNull();
  await tab.landfall.close();

  world.server.setDown(false);
  const reloaded = tab.browser.tab();
  await reloaded.landfall.start();
  expect(reloaded.landfall.auth.session.get().status).toBe("signed-out");
  await until(() => tab.browser.jar.token === null, "the sign-out to arrive");
  expect(reloaded.landfall.auth.session.get().status).toBe("signed-out");
});

test("a sign-in without a network is refused and leaves who was signed in alone", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.setDown(true);
  await expect(tab.landfall.auth.devSignIn({ email: "bob@example.org" })).rejects.toMatchObject({ code: "offline" });
  await tab.idle();
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-in", user: { email: EMAIL } });

  world.server.setDown(false);
  await tab.landfall.connectivity.simulateOffline(true);
  const before = world.server.seen.length;
  await expect(tab.landfall.auth.devSignIn({ email: "bob@example.org" })).rejects.toMatchObject({ code: "offline" });
  expect(world.server.seen).toHaveLength(before);
});

test("a sign-in that the server refuses says why", async () => {
  const world = new World();
  const tab = world.browser().tab();
  world.server.fail(/dev\/sign-in/, { kind: "status", status: 422, code: "validation_failed" });
  await expect(tab.landfall.auth.devSignIn({ email: "nonsense" })).rejects.toMatchObject({ code: "validation_failed" });
});

test("onChange tells of every change until it is stopped", async () => {
  const world = new World();
  const tab = world.browser().tab();
  const states: string[] = [];
  const stop = tab.landfall.auth.onChange(({ status }) => states.push(status));
  await tab.signIn();
  stop();
  await tab.landfall.auth.signOut();
  expect(states).toEqual(["signed-out", "signed-in"]);
});

test("a cookie that another page changed is noticed before anything is sent", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(session, "Ada's secret");
  await world.clock.advance(5_000);
  // Somebody signs in on the API's documentation page, which shares the cookie.
  await world.server.fetchFor(tab.browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: "bob@example.org" }),
  });
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => tab.landfall.auth.session.get().user?.email === "bob@example.org", "the new user");
  await world.clock.advance(10_000);
  expect(world.server.batches()).toEqual([]);
});

test("a batch that goes out under a cookie changed a moment before is stored for nobody", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "Ada's secret");
  // Nothing tells the app: the tab stays visible, the line stays up.
  await world.server.fetchFor(tab.browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: "bob@example.org" }),
  });
  await world.clock.advance(3_000);
  await until(() => world.server.batches().length > 0, "the batch went out");
  await until(() => tab.landfall.auth.session.get().user?.email === "bob@example.org", "the new user");
  expect(world.server.messagesOf("bob@example.org")).toEqual([]);
  expect(world.server.batches().map(({ status }) => status)).toEqual([401]);
});
