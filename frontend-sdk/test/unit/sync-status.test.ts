// No tab shows "synced" too early, and the service worker releases the outbox if it cannot send.

import { expect, test } from "vitest";
import { flushQueue } from "../../src/service-worker";
import type { RowSync } from "../../src/types";
import { type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

/** Records each callback with an unsent row while the tab's status is "synced". */
function recordFalseClaims({ landfall }: Tab, sessionId: string): string[] {
  const falseClaims: string[] = [];
  const check = (rows: readonly { id: string; sync: RowSync }[] | undefined) => {
    const unsent = rows?.find(({ sync }) => sync.state !== "synced");
    if (unsent && landfall.sync.status.get().state === "synced")
      falseClaims.push(`${unsent.id} is ${unsent.sync.state}`);
  };
  landfall.chat.messages(sessionId).subscribe(check);
  landfall.chat.sessions().subscribe(check);
  return falseClaims;
}

test("no tab receives an unsent row while its status is synced", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const [writer, reader] = [browser.tab(), browser.tab()];
  await writer.signIn();
  await reader.landfall.start();
  const session = await writer.syncedSession();
  const falseClaims = [recordFalseClaims(writer, session), recordFalseClaims(reader, session)];
  for (let round = 0; round < 5; round += 1) {
    for (const tab of [writer, reader]) await until(() => tab.landfall.sync.status.get().state === "synced", "synced");
    await writer.send(session, `message ${round}`);
    await writer.createSession(`Session ${round}`);
    await writer.idle();
    await env.clock.advance(2_000);
    await writer.landfall.sync.awaitInSync();
  }
  expect(falseClaims).toEqual([[], []]);
});

test("the service worker stops at once without the server, so that a page can lead", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "left behind");
  await tab.landfall.close();
  env.server.setDown(true);
  const { storage, jar, locks } = tab.browser;
  const fetch = env.server.fetchFor(jar);
  const options = { baseUrl: "http://landfall.test", name: env.appName, clock: env.clock, storage, fetch };
  await expect(flushQueue({ ...options, locks: locks.client() })).rejects.toMatchObject({ code: "offline" });
  expect(await tab.browser.database().syncQueue.count()).toBe(1);
});
