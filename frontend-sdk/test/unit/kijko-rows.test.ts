// What rows of Kijko's database object cost and know: bytes are read for a single row only, and each row has the time of its own sync.

import { expect, test, vi } from "vitest";
import { createDatabase } from "../../src/compat/kijko";
import { rowBytes } from "../../src/kinds/assets/bytes";
import { EMAIL, TestEnvironment } from "../support/environment";

const STEP_MS = 60_000;

test("a list of files reads no bytes, and a single row has its file", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const db = createDatabase(tab.landfall);
  const names = ["a", "b", "c"];
  for (const name of names) await db.assets.add({ file: new File([name], `${name}.png`, { type: "image/png" }) });
  const read = vi.spyOn(rowBytes, "read");
  const listed = await db.assets.toArray();
  expect(listed).toHaveLength(names.length);
  for (const row of listed) expect(row).not.toHaveProperty("file");
  expect(await db.assets.where("uploadStatus").equals("pending").count()).toBe(names.length);
  expect(await db.assets.filter(({ onDevice }) => onDevice).sortBy("fileName")).toHaveLength(names.length);
  expect(await db.assets.orderBy("fileName").reverse().limit(2).toArray()).toHaveLength(2);
  // A row of a list that is given back changes nothing.
  await db.assets.bulkPut(listed);
  expect(await db.assetMetadata.toArray()).toHaveLength(names.length);
  expect(read).not.toHaveBeenCalled();

  const [first] = await db.assets.orderBy("fileName").toArray();
  expect(await (await db.assets.get(first?.id ?? ""))?.file?.text()).toBe("a");
  expect(await (await db.assets.where("fileName").above("a.png").first())?.file?.text()).toBe("b");
  expect(await (await db.assets.orderBy("fileName").last())?.file?.text()).toBe("c");
  expect(read).toHaveBeenCalledTimes(3);
  expect(await db.assets.where("fileName").equals("none.png").first()).toBeUndefined();
  read.mockRestore();
});

test("each row has the time at which it came from the server, and none while something of it is unsent", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  const db = createDatabase(tab.landfall);
  const { userData } = env.server.account(EMAIL);
  const times: number[] = [];
  for (const [index, id] of ["p1", "p2"].entries()) {
    userData.write("projects", id, { name: id, data: {} });
    env.server.createAsOtherDevice(EMAIL, `00000000-0000-7000-8000-00000000000${index}`, id);
    await env.clock.advance(STEP_MS);
    await tab.sync();
    times.push(env.clock.now());
  }
  const shown = async () => ({
    projects: (await db.projects.orderBy("name").toArray()).map(({ syncedAt }) => syncedAt?.getTime()),
    sessions: (await db.chatSessions.orderBy("title").toArray()).map(({ syncedAt }) => syncedAt?.getTime()),
  });
  /** Which step it was in. */
  const step = (at: number | undefined) => times.findIndex((time) => at !== undefined && at <= time);
  const before = await shown();
  expect(before.projects.map(step)).toEqual([0, 1]);
  expect(before.sessions.map(step)).toEqual([0, 1]);
  // A sync that has nothing of a row leaves its time.
  await env.clock.advance(STEP_MS);
  await tab.sync();
  expect(await shown()).toEqual(before);

  await db.projects.update("p1", { name: "p1 of here" });
  expect((await db.projects.get("p1"))?.syncedAt).toBeNull();
  await tab.untilSent();
  await tab.sync();
  times.push(env.clock.now());
  const after = await shown();
  expect(after.projects.map(step)).toEqual([2, 1]);
  expect((await db.projects.get("p1"))?.syncedAt?.getTime()).toBe(after.projects[0]);
  expect(after.sessions).toEqual(before.sessions);
});

test("a message has the time at which the server stored it, which its id tells", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const db = createDatabase(tab.landfall);
  const sessionId = await db.chatSessions.add({ title: "Plans" });
  await tab.landfall.connectivity.simulateOffline(true);
  const id = await db.chatMessages.add({ sessionId, role: "user", content: "written offline" });
  const written = env.clock.now();
  expect((await db.chatMessages.get(id))?.syncedAt).toBeNull();
  await env.clock.advance(5 * STEP_MS);
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.untilSent();
  const [row] = await db.chatMessages.toArray();
  expect(row?.createdAt.getTime()).toBe(written);
  // The ids of the test's server have no time.
  expect(row?.syncedAt?.getTime()).toBe(written);
  const stored = Date.parse("2026-11-21T08:00:00.000Z");
  const time = stored.toString(16).padStart(12, "0");
  const known = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`;
  const messages = tab.browser.database().table("chatMessages");
  await messages.put({ ...(await messages.get(row?.id ?? "")), id: known });
  expect((await db.chatMessages.get(known))?.syncedAt?.getTime()).toBe(stored);
});
