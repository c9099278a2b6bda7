// A client may be closed while it does what has no caller. An error of that is an unhandled rejection in the application's page.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type Tab, TestEnvironment } from "../support/environment";

const SESSION = /GET \/api\/auth\/get-session/;
const SIGN_OUT = /sign-out/;

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", onUnhandled);
});
afterEach(() => {
  process.off("unhandledRejection", onUnhandled);
});

/** Lets what is under way come to its end: the database in memory answers in the order of the event loop. */
async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Closes the tab's client while the answer to its next request of this kind is on the way. */
function closeAtAnswer(env: TestEnvironment, tab: Tab, request: RegExp): Promise<void> {
  return new Promise((resolve) => {
    env.server.afterAnswer = async ({ method, path }) => {
      if (!request.test(`${method} ${path}`)) return;
      env.server.afterAnswer = null;
      await tab.landfall.close();
      resolve();
    };
  });
}

test("while a sign-out of earlier is sent", async () => {
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  env.server.fail(SIGN_OUT, { kind: "status", status: 500, code: "internal" });
  await first.landfall.auth.signOut();
  await first.landfall.close();
  const tab = first.browser.tab();
  const closed = closeAtAnswer(env, tab, SIGN_OUT);
  await tab.landfall.start();
  await closed;
  await turns();
  expect(unhandled).toEqual([]);
});

test("while the server is asked who is signed in", async () => {
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  await first.landfall.close();
  const tab = first.browser.tab();
  const closed = closeAtAnswer(env, tab, SESSION);
  await tab.landfall.start();
  await closed;
  await turns();
  expect(unhandled).toEqual([]);
});

test("while it follows what another tab has stored", async () => {
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  const tab = first.browser.tab();
  await tab.landfall.start();
  await tab.idle();
  for (let turn = 0; turn < 10; turn += 1) {
    const follower = first.browser.tab();
    await follower.landfall.start();
    const signedOut = first.landfall.auth.signOut();
    await turns(turn);
    await Promise.all([follower.landfall.close(), signedOut]);
    await first.signIn();
  }
  await turns();
  expect(unhandled).toEqual([]);
});
