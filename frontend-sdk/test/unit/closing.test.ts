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

/** Starts a new tab of this one's browser, and closes it while the answer to its next request of this kind is on the way. */
async function closeAtAnswer(env: TestEnvironment, { browser }: Tab, request: RegExp): Promise<void> {
  const tab = browser.tab();
  const closed = new Promise<void>((resolve) => {
    env.server.afterAnswer = async ({ method, path }) => {
      if (!request.test(`${method} ${path}`)) return;
      env.server.afterAnswer = null;
      await tab.landfall.close();
      resolve();
    };
  });
  await tab.landfall.start();
  await closed;
  await turns();
}

test("while a sign-out of earlier is sent", async () => {
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  env.server.fail(SIGN_OUT, { kind: "status", status: 500, code: "internal" });
  await first.landfall.auth.signOut();
  await first.landfall.close();
  await closeAtAnswer(env, first, SIGN_OUT);
  expect(unhandled).toEqual([]);
});

test("while the server is asked who is signed in", async () => {
  const env = new TestEnvironment();
  const first = await env.signedInTab();
  await first.landfall.close();
  await closeAtAnswer(env, first, SESSION);
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
