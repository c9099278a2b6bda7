// A browser that was last here with an older version: its tables grow, its rows stay, and its unsent work is sent.

import Dexie from "dexie";
import { expect, test } from "vitest";
import { currentSchema } from "../../src/db/database";
import { deviceStores } from "../../src/db/device-tables";
import { generatedStores } from "../../src/generated/tables.gen";
import { EMAIL, firstValue, USER_ID, World } from "../support/world";

const SESSION = "0192f000-0000-7000-8000-000000000001";
const OTHER = "0192f000-0000-7000-8000-000000000002";
const AT = "2026-11-20T08:00:00.000Z";

const session = (id: string, title: string, revision: number) => ({
  ...{ id, title, revision, projectId: null, metadata: null, createdAt: AT, updatedAt: AT },
});

const message = (tempId: string, sessionId: string, content: string, order: number) => ({
  ...{ id: tempId, tempId, sessionId, role: "user", content, metadata: null, createdAt: AT },
  position: 2 ** 52 + order,
  revision: 0,
});

/** An entry as the version that had a route for each collection wrote it. */
function oldEntry(order: number, change: object) {
  return {
    id: `e${order}`,
    order,
    type: "mutation",
    waitsFor: [],
    fields: [],
    base: {},
    status: "pending",
    attempts: 0,
    nextRetryAt: null,
    payloadHash: "",
    error: null,
    requestId: null,
    body: null,
    queuedAt: AT,
    ...change,
  };
}

/** The database of that version, with a bit of everything unsent in it. */
async function oldBrowser(world: World) {
  const browser = world.browser();
  const { version, stores } = currentSchema(generatedStores.slice(0, 2), deviceStores.slice(0, 1));
  const old = new Dexie(`${world.appName}-${USER_ID}`, browser.storage);
  old.version(version).stores(stores);
  const lane = `chatMessages:${SESSION}`;
  await old.table("chatSessions").bulkAdd([session(SESSION, "Made offline", 0), session(OTHER, "Renamed here", 7)]);
  await old
    .table("chatMessages")
    .bulkAdd([
      message("temp-1", SESSION, "one", 2),
      message("temp-2", SESSION, "two", 3),
      message("temp-3", SESSION, "refuse me", 4),
    ]);
  await old.table("syncQueue").bulkAdd([
    oldEntry(1, { collection: "chatSessions", key: SESSION, op: "create", lane: `chatSessions:${SESSION}` }),
    oldEntry(2, {
      ...{ collection: "chatMessages", key: "temp-1", op: "create", lane, waitsFor: ["e1"] },
      ...{ status: "sending", requestId: "r", body: { tempId: "temp-1" } },
    }),
    oldEntry(3, { collection: "chatMessages", key: "temp-2", op: "create", lane, waitsFor: ["e1"] }),
    oldEntry(4, {
      ...{ collection: "chatMessages", key: "temp-3", op: "create", lane, status: "failed", attempts: 1 },
      error: { kind: "refused", code: "not_allowed", reason: "no" },
    }),
    oldEntry(5, {
      ...{ collection: "chatSessions", key: OTHER, op: "update", lane: `chatSessions:${OTHER}` },
      ...{ fields: ["title"], base: { title: "Before" } },
    }),
  ]);
  await old.table("appState").bulkAdd([
    { key: "outbox.order", value: 5 },
    { key: "sync.init", value: { etag: '"x"', cursor: "c", epoch: "e", sessionId: null } },
  ]);
  old.close();
  return browser;
}

test("unsent work of the version before is kept, shown and sent, and what was refused stays parked", async () => {
  const world = new World();
  const browser = await oldBrowser(world);
  world.server.createAsOtherDevice(EMAIL, OTHER, "Before");
  const tab = browser.tab();
  await tab.signIn();
  await tab.sync();
  const space = world.server.space(EMAIL);
  expect(space.messages().map(({ content, tempId }) => [content, tempId])).toEqual([
    ["one", "temp-1"],
    ["two", "temp-2"],
  ]);
  expect(space.sessions().map(({ id, title }) => [id, title])).toEqual([
    [OTHER, "Renamed here"],
    [SESSION, "Made offline"],
  ]);
  expect((await tab.messages(SESSION)).map(({ content, sync }) => [content, sync.state, sync.code])).toEqual([
    ["one", "synced", undefined],
    ["two", "synced", undefined],
    ["refuse me", "failed", "not_allowed"],
  ]);
});

test("a rename of the version before can still be taken back", async () => {
  const world = new World();
  const browser = await oldBrowser(world);
  const db = browser.database();
  const tab = browser.tab();
  await tab.landfall.connectivity.simulateOffline(true);
  await browser.rememberSilently(world.server.account(EMAIL).user);
  await tab.landfall.start();
  const why = await tab.landfall.sync.why(OTHER);
  await tab.landfall.sync.discard(why?.sync.entryId ?? "");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title).sort()).toEqual([
    "Before",
    "Made offline",
  ]);
  expect(await db.syncQueue.count()).toBe(4);
});

test("a browser of the very first version gets every table", async () => {
  const world = new World();
  const browser = world.browser();
  const first = new Dexie(`${world.appName}-${USER_ID}`, browser.storage);
  first.version(1).stores(currentSchema(generatedStores.slice(0, 1), deviceStores.slice(0, 1)).stores);
  await first.table("chatSessions").add(session(OTHER, "Kept", 3));
  first.close();
  const db = browser.database();
  expect((await db.chatSessions.toArray()).map(({ title }) => title)).toEqual(["Kept"]);
  expect(await db.table("tags").count()).toBe(0);
  expect(db.verno).toBe(generatedStores.length + deviceStores.length - 1);
});
