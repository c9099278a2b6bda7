// An application that is newer than its server: rows of unknown collections wait on the device, and all other rows
// sync.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";

/** A signed-in tab at a server without the collection tags. `upgrade` adds it to the server. */
async function olderServer(): Promise<{ env: TestEnvironment; tab: Tab; upgrade: () => void }> {
  const env = new TestEnvironment();
  const { kinds } = env.server.userData(EMAIL);
  const tags = kinds.get("tags");
  kinds.delete("tags");
  const tab = await env.signedInTab();
  return { env, tab, upgrade: () => tags && kinds.set("tags", tags) };
}

const atServer = (env: TestEnvironment, collection: string) => Object.keys(env.server.userData(EMAIL).live(collection));

test("rows of an unknown collection wait, other rows are sent and pulled, and no call throws", async () => {
  const { env, tab } = await olderServer();
  const { collections, sync } = tab.landfall;
  await collections.tags.put({ id: "t", name: "work" });
  await collections.rules.put({ id: "r", name: "Short", content: "", type: "x" });
  env.server.userData(EMAIL).write("rules", "theirs", { name: "Theirs", content: "", type: "x" });
  const status = await sync.awaitInSync();
  await tab.sync();
  expect(atServer(env, "rules").sort()).toEqual(["r", "theirs"]);
  expect((await collections.rules.list()).map(({ id }) => id).sort()).toEqual(["r", "theirs"]);
  expect((await collections.tags.list()).map(({ id }) => id)).toEqual(["t"]);
  expect(status).toMatchObject({ failed: 0, pending: 1 });
  expect(sync.status.get()).toMatchObject({ state: "saved", pending: 1, failed: 0 });
  expect(sync.status.get().reason).toContain("tags");
  expect(env.server.pushed().flat()).toEqual(["put Short"]);
});

test("an upgraded server receives the waiting rows", async () => {
  const { env, tab, upgrade } = await olderServer();
  await tab.landfall.collections.tags.put({ id: "t", name: "work" });
  await tab.sync();
  upgrade();
  await tab.sync();
  expect(atServer(env, "tags")).toEqual(["t"]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", pending: 0 });
});

test("a mutation with an unknown collection fails with the code, and is sent again after an upgrade", async () => {
  const { env, tab, upgrade } = await olderServer();
  const { collections, sync } = tab.landfall;
  upgrade();
  await tab.sync();
  // The server returns to an older version between the pull and the push.
  const { kinds } = env.server.userData(EMAIL);
  const tags = kinds.get("tags");
  kinds.delete("tags");
  await collections.tags.put({ id: "t", name: "work" });
  await collections.rules.put({ id: "r", name: "Short", content: "", type: "x" });
  await sync.awaitInSync();
  expect(await firstValue(sync.failed())).toMatchObject([{ collection: "tags", key: "t", code: "unknown_collection" }]);
  expect(atServer(env, "rules")).toEqual(["r"]);
  if (tags) kinds.set("tags", tags);
  await tab.sync();
  expect(atServer(env, "tags")).toEqual(["t"]);
  expect(await firstValue(sync.failed())).toEqual([]);
});

test("a resync keeps rows of an unknown collection", async () => {
  const { env, tab, upgrade } = await olderServer();
  upgrade();
  const { collections } = tab.landfall;
  await collections.tags.put({ id: "t", name: "work" });
  await tab.sync();
  const userData = env.server.userData(EMAIL);
  const tags = userData.kinds.get("tags");
  userData.kinds.delete("tags");
  userData.write("rules", "r", { name: "Gone", content: "", type: "x" });
  userData.write("rules", "r", null);
  userData.runRetention();
  await tab.sync();
  expect((await collections.tags.list()).map(({ id }) => id)).toEqual(["t"]);
  if (tags) userData.kinds.set("tags", tags);
  await tab.sync();
  expect((await collections.tags.list()).map(({ id }) => id)).toEqual(["t"]);
});
