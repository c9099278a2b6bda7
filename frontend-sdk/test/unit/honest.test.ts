// Nothing is said too early, and nobody keeps the queue who can't send: not for one callback, not for one moment.

import { expect, test } from "vitest";
import { flushQueue } from "../../src/sw";
import type { RowSync } from "../../src/types";
import { until } from "../support/fake-clock";
import { type Tab, World } from "../support/world";

/** Notes each time a tab is handed unsent rows while its status says "synced". */
function listenForLies({ landfall }: Tab, sessionId: string): string[] {
  const lies: string[] = [];
  const look = (rows: readonly { id: string; sync: RowSync }[] | undefined) => {
    const unsent = rows?.find(({ sync }) => sync.state !== "synced");
    if (unsent && landfall.sync.status.get().state === "synced") lies.push(`${unsent.id} is ${unsent.sync.state}`);
  };
  landfall.chat.messages(sessionId).subscribe(look);
  landfall.chat.sessions().subscribe(look);
  return lies;
}

test("no tab is handed an unsent row while the status says synced", async () => {
  const world = new World();
  const browser = world.browser();
  const [writer, reader] = [browser.tab(), browser.tab()];
  await writer.signIn();
  await reader.landfall.start();
  const session = await writer.syncedSession();
  const lies = [listenForLies(writer, session), listenForLies(reader, session)];
  for (let round = 0; round < 5; round += 1) {
    for (const tab of [writer, reader]) await until(() => tab.landfall.sync.status.get().state === "synced", "calm");
    await writer.send(session, `message ${round}`);
    await writer.createSession(`Session ${round}`);
    await writer.idle();
    await world.clock.advance(2_000);
    await writer.landfall.sync.awaitInSync();
  }
  expect(lies).toEqual([[], []]);
});

test("the service worker gives up at once without the server, so that a page can lead", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "left behind");
  await tab.landfall.close();
  world.server.setDown(true);
  const { storage, jar, locks } = tab.browser;
  const fetch = world.server.fetchFor(jar);
  const options = { baseUrl: "http://landfall.test", name: world.appName, clock: world.clock, storage, fetch };
  await expect(flushQueue({ ...options, locks: locks.client() })).rejects.toMatchObject({ code: "offline" });
  expect(await tab.browser.database().syncQueue.count()).toBe(1);
});
