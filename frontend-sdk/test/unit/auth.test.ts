// The signed-in user: remembered by the device, confirmed by the server, signed out when the server rejects the
// session.

import { expect, test } from "vitest";
import { EMAIL, firstValue, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

test("the client opens no database and sends no request before start()", async () => {
  const env = new TestEnvironment();
  const tab = env.browser().tab();
  await tab.idle();
  expect(tab.landfall.auth.session.get().status).toBe("loading");
  expect(env.server.received).toEqual([]);
  expect(await tab.browser.storage.indexedDB.databases()).toEqual([]);
});

test("a device without a remembered user asks the server and is signed out", async () => {
  const env = new TestEnvironment();
  const tab = env.browser().tab();
  await tab.landfall.start();
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-out", user: null });
  await expect(tab.createSession()).rejects.toMatchObject({ code: "not_signed_in" });
});

test("a session that the server knows signs a new device in", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const response = await env.server.fetchFor(browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
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
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  const session = await first.syncedSession("Plans");
  await first.landfall.close();
  env.server.setDown(true);
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
  env.server.setDown(false);
  await env.clock.advanceUntil(() => !second.landfall.auth.session.get().remembered, "the confirmation");
  await env.clock.advance(2_000);
  await second.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["written offline"]);
});

test("a sign-out keeps the data and sends nothing until the same user signs in again", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "unsent");
  await expect(tab.landfall.auth.signOut()).rejects.toMatchObject({ code: "unsent_changes", count: 1 });
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-in" });
  await tab.landfall.auth.signOut({ evenIfUnsent: true });
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-out", user: null });
  await env.clock.advance(60_000);
  expect(env.server.messagesOf(EMAIL)).toEqual([]);
  expect(await tab.browser.database().chatMessages.count()).toBe(1);

  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await tab.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["unsent"]);
});

test("two users of one browser never see each other's rows", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
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

test("an offline sign-out takes effect at once and reaches the server later", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.setDown(true);
  await tab.landfall.auth.signOut();
  expect(tab.landfall.auth.session.get().status).toBe("signed-out");
  expect(tab.browser.jar.token).not.toBeNull();
  await tab.landfall.close();

  env.server.setDown(false);
  const reloaded = tab.browser.tab();
  await reloaded.landfall.start();
  expect(reloaded.landfall.auth.session.get().status).toBe("signed-out");
  await until(() => tab.browser.jar.token === null, "the sign-out to arrive");
  expect(reloaded.landfall.auth.session.get().status).toBe("signed-out");
});

test("an offline sign-in fails and leaves the signed-in user unchanged", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.setDown(true);
  await expect(tab.landfall.auth.devSignIn({ email: "bob@example.org" })).rejects.toMatchObject({ code: "offline" });
  await tab.idle();
  expect(tab.landfall.auth.session.get()).toMatchObject({ status: "signed-in", user: { email: EMAIL } });

  env.server.setDown(false);
  await tab.landfall.connectivity.simulateOffline(true);
  const before = env.server.received.length;
  await expect(tab.landfall.auth.devSignIn({ email: "bob@example.org" })).rejects.toMatchObject({ code: "offline" });
  expect(env.server.received).toHaveLength(before);
});

test("a rejected sign-in reports the server's reason", async () => {
  const env = new TestEnvironment();
  const tab = env.browser().tab();
  env.server.fail(/dev\/sign-in/, { kind: "status", status: 422, code: "validation_failed" });
  await expect(tab.landfall.auth.devSignIn({ email: "nonsense" })).rejects.toMatchObject({ code: "validation_failed" });
});

test("onChange reports every change until it is stopped", async () => {
  const env = new TestEnvironment();
  const tab = env.browser().tab();
  const states: string[] = [];
  const stop = tab.landfall.auth.onChange(({ status }) => states.push(status));
  await tab.signIn();
  stop();
  await tab.landfall.auth.signOut();
  expect(states).toEqual(["signed-out", "signed-in"]);
});

test("a cookie that another page changed is noticed before any push", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(session, "Ada's secret");
  await env.clock.advance(5_000);
  // The API's documentation page shares the cookie and signs another user in.
  await env.server.fetchFor(tab.browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: "bob@example.org" }),
  });
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => tab.landfall.auth.session.get().user?.email === "bob@example.org", "the new user");
  await env.clock.advance(10_000);
  expect(env.server.batches()).toEqual([]);
});

test("a push with a cookie that changed shortly before is stored for no user", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "Ada's secret");
  // The client gets no event: the tab stays visible and the connection stays up.
  await env.server.fetchFor(tab.browser.jar)("http://landfall.test/api/auth/dev/sign-in", {
    method: "POST",
    body: JSON.stringify({ email: "bob@example.org" }),
  });
  await env.clock.advance(3_000);
  await until(() => env.server.batches().length > 0, "the batch went out");
  await until(() => tab.landfall.auth.session.get().user?.email === "bob@example.org", "the new user");
  expect(env.server.messagesOf("bob@example.org")).toEqual([]);
  expect(env.server.batches().map(({ status }) => status)).toEqual([401]);
});
