// A tab that the browser has frozen keeps its Web Locks. The other tabs of the profile take over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsLeadership } from "./harness/demo.mjs";
import { openRawBrowser } from "./harness/raw-browser.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();

test("nobody waits for a frozen tab to send or to sign in, and nothing is sent twice", LIMIT, async (context) => {
  const [first, second] = ["frozen-first@harbour.example", "frozen-second@harbour.example"];
  const browser = await openRawBrowser();
  context.after(() => browser.close());
  const leader = await browser.tab(env.server.url);
  await leader.enter("sign-in-email", first);
  await leader.click("new-session");
  await until("the session is shown", () => leader.evaluate(() => location.hash.includes("/s/")));
  const path = await leader.evaluate(() => location.hash);
  const other = await browser.tab(`${env.server.url}/${path}`);
  assert.ok(await leader.evaluate(holdsLeadership), "the first tab leads");
  await other.enter("composer", "Written beside the leader.");
  for (const tab of [leader, other])
    await untilEqual("the message is synced", () => tab.evaluate(shownStates), ["synced", "synced"]);

  // The leader goes on after the answer: it pulls, and tries again what was given up.
  await leader.untilAtRest();
  await leader.freeze();
  await other.enter("composer", "Written beside a frozen tab.");
  await until("the other tab leads", () => other.evaluate(holdsLeadership));
  const texts = ["Written beside the leader.", "Written beside a frozen tab."];
  await untilEqual("it is sent", () => env.db.texts(first), texts);
  // A sign-out asks while something is unsent.
  await untilEqual("the answer is stored", () => other.evaluate(shownStates), ["synced", "synced", "synced"]);
  await other.click("sign-out");
  await other.enter("sign-in-email", second);
  await other.find("composer");

  await leader.unfreeze();
  await until("the thawed tab follows the sign-in", () =>
    leader.evaluate((email) => document.body.textContent?.includes(email), second),
  );
  assert.deepEqual(await env.db.texts(first), texts);
});

/** Runs in the page: the states of the pill and of the messages. */
function shownStates() {
  const marks = document.querySelectorAll('[data-testid="sync-pill"], [data-testid="message-state"]');
  return [...marks].map((mark) => mark.getAttribute("data-state"));
}
