// The old databases of AppFrames and of the assistant market are taken over. LiteChat's is in adopt-litechat.test.ts, and files of OPFS are in the browser
// tests.

import { IDBObjectStore } from "fake-indexeddb";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/client";
import { type AdoptionReport, appFrames, assistantMarket, liteChat, openOldData } from "../../src/compat/adopt";
import { createAssistantMarket } from "../../src/compat/assistants";
import type { Landfall } from "../../src/types";
import { EMAIL, firstValue, TestEnvironment } from "../support/environment";
import { ASSISTANTS } from "../support/kinds";
import {
  exists,
  fillAppFrames,
  fillLiteChat,
  fillMarket,
  fillMediaLibrary,
  LITECHAT,
  rowsOf,
} from "../support/old-databases";

const codesOf = ({ odd }: AdoptionReport) =>
  odd.map(({ table, key, effect, code }) => [table, key, effect, code].join(" "));

const PNG = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], { type: "image/png" });
const poster = {
  id: "0192f7c0-0000-7000-8000-000000000001",
  name: "Poster",
  screensByCanvasSize: { a4: [{ id: "1", mediaId: "m1" }] },
  createdAt: new Date(Date.UTC(2026, 1, 1)),
  zoom: 1.5,
};

test("AppFrames' projects, state and files are taken once, and another device sees them", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  await fillAppFrames(browser, {
    projects: [
      poster,
      { id: "p2", name: "", data: [Number.NaN] },
      { id: "p3", name: "Large", image: "x".repeat(6_000_000) },
    ],
    appState: [["current", { projectId: poster.id }]],
    mediaFiles: [
      { id: "m1", name: "boat.png", file: PNG, width: 4, height: 3, thumbnail: "data:image/png;base64,AA==" },
      { id: "m2", name: "logo.svg", file: new Blob(["<svg/>"], { type: "image/svg+xml" }) },
      { id: "m3", name: "lost.png", fileHandle: "media-library/lost.png" },
      { id: "m4", name: "empty.png", file: new Blob([], { type: "image/png" }) },
    ],
    syncState: [{ projectId: poster.id, lastSyncedRevision: 3 }],
  });
  await fillMediaLibrary(browser, [
    { fileName: "tide.txt", blob: new Blob(["tide"]), mimeType: "text/plain", handleName: "a" },
    { fileName: "no bytes" },
  ]);
  const before = await rowsOf(browser, "AppFrames");
  const tab = browser.tab();
  await tab.signIn();
  const old = openOldData(tab.landfall, appFrames());
  const preview = await old.preview();
  expect(await tab.landfall.projects.list()).toEqual([]);
  const report = await old.adopt();
  expect(report.tables).toEqual(preview.tables);
  expect(codesOf(report)).toEqual([
    "projects p2 mended no_json",
    "projects p2 mended no_text",
    "projects p3 skipped too_large",
    "mediaFiles m2 device-only type_refused",
    "mediaFiles m3 skipped file_missing",
    "mediaFiles m4 skipped invalid",
    "assets 2 skipped file_missing",
  ]);
  expect(report.tables.find(({ table }) => table === "syncState")).toMatchObject({ taken: 0, skipped: 0, rows: 1 });
  const boat = (await old.idOf("AppFrames", "mediaFiles", "m1")) ?? "";
  expect(await tab.landfall.assets.get(boat)).toMatchObject({ fileName: "boat.png", mimeType: "image/png", width: 4 });
  expect(await tab.landfall.collections.settings.get("appframes:current")).toMatchObject({
    value: { projectId: poster.id },
  });
  await tab.untilSent();
  const other = await env.signedInTab();
  await other.sync();
  const projects = await other.landfall.projects.list();
  expect(projects.map(({ id, name }) => [id, name])).toEqual([
    [poster.id, "Poster"],
    ["p2", "Untitled"],
  ]);
  expect(projects[0]?.data).toEqual({ ...poster, createdAt: poster.createdAt.toISOString() });
  const names = (await firstValue(other.landfall.assets.all())).map(({ fileName }) => fileName);
  expect(names.sort()).toEqual(["boat.png", "tide.txt"]);
  expect(await other.landfall.collections.settings.list()).toEqual([]);

  await tab.landfall.assets.delete(boat);
  const again = await old.adopt();
  expect(again.tables.map(({ taken }) => taken)).toEqual(again.tables.map(() => 0));
  expect(await tab.landfall.assets.get(boat)).toBeUndefined();
  expect(await rowsOf(browser, "AppFrames")).toEqual(before);
  await expect(old.removeOld()).rejects.toMatchObject({ code: "not_adopted" });
  await old.removeOld({ evenLeft: true });
  expect([await exists(browser, "AppFrames"), await exists(browser, "MediaLibrary")]).toEqual([false, false]);
});

test("a file that the library has uploaded before keeps its id", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const cloudId = "0192f7c0-0000-7000-8000-00000000000a";
  await fillMediaLibrary(browser, [{ fileName: "boat.png", blob: PNG, cloudId, syncStatus: "synced" }]);
  const tab = browser.tab();
  await tab.signIn();
  await openOldData(tab.landfall, appFrames()).adopt();
  expect(await tab.landfall.assets.get(cloudId)).toMatchObject({ fileName: "boat.png" });
});

test("what the assistant market has pending is created once, whichever entry takes it", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const data = { title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." };
  const cached = { ...env.server.market.publish("V1StGXR8_Z5jdHi6B-myT", "Harbour"), cachedAt: env.clock.now() };
  await fillMarket(browser, {
    assistants: [cached, { id: "damaged" }],
    pending_assistants: [
      { tempId: "pending-1-a", data, createdAt: 1, retryCount: 0 },
      { tempId: "pending-2-b", data: { ...data, title: "" }, createdAt: 1, retryCount: 0 },
      { tempId: "pending-3-c", data: "damaged" },
    ],
  });
  const tab = browser.tab();
  await tab.signIn();
  const old = openOldData(tab.landfall, assistantMarket());
  expect(codesOf(await old.adopt())).toEqual([
    "pending_assistants pending-2-b skipped invalid",
    "pending_assistants pending-3-c skipped not_a_row",
    "assistants damaged skipped not_a_row",
  ]);
  await tab.untilSent();
  const market = createAssistantMarket(tab.landfall, { autoStart: false });
  onTestFinished(() => market.close());
  expect(await market.adopt()).toMatchObject({ created: 0, skipped: 1 });
  expect((await old.adopt()).tables[0]).toMatchObject({ taken: 0, before: 1, skipped: 2 });
  expect(Object.values(env.server.userData(EMAIL).live(ASSISTANTS))).toMatchObject([{ tempId: "pending-1-a" }]);
  await tab.landfall.connectivity.simulateOffline(true);
  expect(await market.assistantApiClient.getById(cached.id)).toMatchObject({ title: "Harbour" });
});

/** The value of this key in LiteChat's database can't be read from now on, as after a damage of the disk. */
function damage(key: string): void {
  const fault = () => new DOMException("Failed to read large IndexedDB value", "DataError");
  const { prototype } = IDBObjectStore;
  const { get, openCursor } = prototype;
  prototype.openCursor = function (this: IDBObjectStore, ...range: Parameters<typeof openCursor>) {
    const request = openCursor.apply(this, range);
    let held: IDBCursorWithValue | null = null;
    const result = () => {
      if (held?.primaryKey === key && this.transaction.db.name === LITECHAT) throw fault();
      return held;
    };
    const set = (cursor: IDBCursorWithValue | null) => {
      held = cursor;
    };
    return Object.defineProperty(request, "result", { get: result, set });
  };
  prototype.get = function (this: IDBObjectStore, query: IDBValidKey) {
    if (query === key && this.transaction.db.name === LITECHAT) throw fault();
    return get.call(this, query);
  };
  onTestFinished(() => void Object.assign(prototype, { get, openCursor }));
}

test("a row that the browser can't read is listed, and the rows around it are taken", async () => {
  const browser = new TestEnvironment().browser();
  await fillLiteChat(browser, { tags: ["a", "b", "c"].map((id) => ({ id, name: id })) });
  const tab = browser.tab();
  await tab.signIn();
  damage("b");
  const report = await openOldData(tab.landfall, liteChat()).adopt();
  expect(codesOf(report)).toEqual(["tags b skipped unreadable"]);
  expect((await tab.landfall.collections.tags.list()).map(({ id }) => id)).toEqual(["a", "c"]);
});

test("a client with other kinds of rows is refused, and nobody signed in is told", async () => {
  const env = new TestEnvironment();
  const tab = env.browser().tab();
  await expect(openOldData(tab.landfall, liteChat()).preview()).rejects.toMatchObject({ code: "not_signed_in" });
  const bare = createClient({ name: "bare", baseUrl: "http://landfall.test" }, {}) as unknown as Landfall;
  expect(() => openOldData(bare, liteChat())).toThrow(expect.objectContaining({ code: "invalid_option" }));
});
