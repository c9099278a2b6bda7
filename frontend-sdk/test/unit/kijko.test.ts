// What Kijko's documents name: the initial snapshot, preferences, thumbnails ahead, and the database object with the documents' own snippets.

import { expect, test, vi } from "vitest";
import {
  type AssetMetadata,
  createDatabase,
  createPreferences,
  listProjects,
  loadThumbnails,
  type SyncQueue,
} from "../../src/compat/kijko";
import { createChatStore, rememberedSessionId } from "../../src/zustand";
import { EMAIL, firstValue, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const PICTURE = new File(["a picture, more or less"], "harbour.png", { type: "image/png" });

/** An environment in which the first pull of a new device doesn't end until `pass` is called. */
function withSlowPull() {
  const env = new TestEnvironment();
  let pass = () => {};
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  env.server.beforeAnswer = ({ path }) => (path === "/api/sync/changes" ? passed : undefined);
  return { env, pass };
}

test("a new device shows the projects and preferences of the first answer, and then the rows of the pull", async () => {
  const { env, pass } = withSlowPull();
  const { userData } = env.server.account(EMAIL);
  userData.write("projects", "p1", { name: "Harbour", data: { tide: "low" } });
  userData.write("settings", "theme", { value: "dark" });
  const tab = env.browser().tab();
  await tab.signIn();
  const projects = listProjects(tab.landfall);
  const seen: unknown[] = [];
  const stop = projects.subscribe((rows) => seen.push(rows?.map(({ name, hasArrived }) => [name, hasArrived])));
  const preferences = createPreferences(tab.landfall);
  await until(() => projects.get()?.length, "the list");
  expect(projects.get()).toMatchObject([{ id: "p1", name: "Harbour", hasArrived: false }]);
  expect(projects.get()?.[0]).not.toHaveProperty("data");
  expect(await preferences.get()).toEqual({ theme: "dark" });
  // Nothing of it can be edited by mistake: a save would lack the document.
  expect(await tab.landfall.projects.get("p1")).toBeUndefined();
  pass();
  await until(() => projects.get()?.[0]?.hasArrived, "the project");
  expect(seen.at(-1)).toEqual([["Harbour", true]]);
  expect(await tab.landfall.projects.get("p1")).toMatchObject({ data: { tide: "low" } });
  await tab.sync();
  expect(await tab.browser.database().appState.get("sync.first")).toBeUndefined();
  userData.write("projects", "p1", null);
  await tab.sync();
  await until(() => projects.get()?.length === 0, "no project");
  stop();
});

test("the first answer has the messages of the session that the application names", async () => {
  const { env, pass } = withSlowPull();
  const [older, newer] = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];
  for (const id of [older, newer]) {
    env.server.createAsOtherDevice(EMAIL, id, id);
    env.server.writeAsOtherDevice(EMAIL, [
      { sessionId: id, role: "user", content: `in ${id}`, createdAt: "2026-11-21T08:00:00.000Z" },
    ]);
  }
  const values = new Map([["chat-storage", JSON.stringify({ state: { currentSessionId: older } })]]);
  const storage = { getItem: (key: string) => values.get(key) ?? null, setItem: () => {}, removeItem: () => {} };
  env.options = { currentSessionId: () => rememberedSessionId({ storage: () => storage }) };
  const tab = env.browser().tab();
  await tab.signIn();
  expect(await tab.messages(older)).toMatchObject([{ content: `in ${older}` }]);
  expect(await tab.messages(newer)).toEqual([]);

  // Another text than an id isn't sent, since the server would refuse it.
  values.set("chat-storage", JSON.stringify({ state: { currentSessionId: "temp-1" } }));
  const other = env.browser().tab();
  await other.signIn();
  expect(await other.messages(newer)).toMatchObject([{ content: `in ${newer}` }]);
  values.set("chat-storage", "{");
  expect(rememberedSessionId({ storage: () => storage })).toBeNull();
  expect(rememberedSessionId({ name: "another", storage: () => storage })).toBeNull();
  pass();
});

test("preferences are read once in five minutes, and an own change is seen at once", async () => {
  const env = new TestEnvironment();
  const [tab, other] = [await env.signedInTab(), await env.signedInTab()];
  await tab.landfall.collections.settings.put({ key: "theme", value: "light" });
  await tab.landfall.collections.settings.put({ key: "landfall:reserved", value: 1 });
  await tab.sync();
  const preferences = createPreferences(tab.landfall);
  expect(await preferences.get()).toEqual({ theme: "light" });
  await other.sync();
  await other.landfall.collections.settings.put({ key: "theme", value: "dark" });
  await other.sync();
  await tab.sync();
  expect(await preferences.get()).toEqual({ theme: "light" });
  await env.clock.advance(299_000);
  expect(await preferences.get()).toEqual({ theme: "light" });
  await env.clock.advance(2_000);
  expect(await preferences.get()).toEqual({ theme: "dark" });
  await preferences.set("theme", "blue");
  expect(await preferences.get()).toEqual({ theme: "blue" });
  // Another user of the browser has preferences of their own.
  await tab.sync();
  await tab.landfall.auth.signOut();
  await tab.signIn("bob@example.org");
  expect(await preferences.get()).toEqual({});
});

test("thumbnails are downloaded ahead in the order of the projects, and after an outage", async () => {
  const env = new TestEnvironment();
  const [tab, other] = [await env.signedInTab(), await env.signedInTab()];
  const ids: string[] = [];
  for (const name of ["first", "second", "third"]) {
    const { id } = await other.landfall.assets.add(new File([name], `${name}.png`, { type: "image/png" }));
    await other.landfall.projects.put({ name, thumbnailAssetId: id });
    await env.clock.advance(1_000);
    ids.push(id);
  }
  await other.landfall.projects.put({ name: "without" });
  await other.untilSent();
  await tab.landfall.connectivity.simulateOffline(true);
  const file = vi.spyOn(tab.landfall.assets, "file");
  const stop = loadThumbnails(tab.landfall, { limit: 3, parallel: 1 });
  await env.clock.advance(5_000);
  expect(file).not.toHaveBeenCalled();
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(60_000);
  expect(file.mock.calls.map(([id]) => id)).toEqual([ids[2], ids[1]]);
  const rows = await Promise.all(ids.map((id) => tab.landfall.assets.get(id)));
  expect(rows.map((row) => row?.onDevice)).toEqual([false, true, true]);
  stop();
});

test("the documents' snippets of a sign-in and of a message run as they are written", async () => {
  const env = new TestEnvironment();
  env.server.createAsOtherDevice(EMAIL, "00000000-0000-7000-8000-000000000001", "Plans");
  const tab = await env.signedInTab();
  await tab.sync();
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  const useChatStore = createChatStore(tab.landfall, { storage: () => storage });
  const db = createDatabase(tab.landfall, { currentSessionId: () => useChatStore.getState().currentSessionId });

  const sessions = env.server.liveSessionsOf(EMAIL);
  for (const session of sessions) await db.chatSessions.put({ ...session, syncedAt: new Date() } as object);
  useChatStore.setState({ sessions: sessions as never[] });
  expect(await db.chatSessions.toArray()).toMatchObject([{ title: "Plans", syncedAt: expect.any(Date) }]);
  expect(env.server.pushed()).toEqual([]);

  useChatStore.getState().selectSession(sessions[0]?.id ?? null);
  const message = { id: "temp-1732000000000", content: "hello", role: "user", createdAt: new Date() } as const;
  useChatStore.setState((state) => ({ messages: [...state.messages, message as never] }));
  await db.chatMessages.add(message);
  await db.chatMessages.put(message);
  await expect(db.chatMessages.update(message.id, { content: "changed" })).rejects.toMatchObject({ code: "read_only" });
  const queued = await db.chatMessages.where("sessionId").equals(sessions[0]?.id).toArray();
  expect(queued).toMatchObject([{ content: "hello", syncedAt: null }]);
  await env.clock.advance(2_000);
  await tab.untilSent();
  expect(env.server.messagesOf(EMAIL)).toMatchObject([{ content: "hello" }]);
  await until(() => useChatStore.getState().messages.length === 1, "one message in the store");
  expect(await db.chatMessages.get(message.id)).toMatchObject({ content: "hello", syncedAt: expect.any(Date) });
});

test("the documents' snippets of files run as they are written", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const db = createDatabase(tab.landfall);
  const assetId = crypto.randomUUID();
  await db.assets.add({ id: assetId, file: PICTURE, uploadStatus: "pending" });
  await db.syncQueue.add({ id: crypto.randomUUID(), type: "upload", assetId, status: "pending", attempts: 0 });

  const pending: SyncQueue[] = await db.syncQueue
    .where("status")
    .equals("pending")
    .and(({ nextRetryAt }) => Number(nextRetryAt) <= Date.now())
    .toArray();
  expect(pending).toMatchObject([{ assetId, attempts: 0, type: "upload" }]);
  const cached = await db.assets.get(assetId);
  expect(await cached?.file?.text()).toBe("a picture, more or less");

  await tab.landfall.connectivity.simulateOffline(false);
  await tab.untilSent();
  await tab.sync();
  expect(await db.syncQueue.count()).toBe(0);
  const known: AssetMetadata | undefined = await db.assetMetadata.get(assetId);
  expect(known).toMatchObject({ fileName: "harbour.png", uploadStatus: "completed", syncedAt: expect.any(Date) });

  const copy = db.assets.put({ id: assetId, file: PICTURE });
  await env.clock.advance(1_000);
  await copy;
  expect(await (await db.assets.get(assetId))?.file?.text()).toBe("a picture, more or less");
  const oldAssets = await db.assets.orderBy("syncedAt").limit(10).toArray();
  for (const asset of oldAssets) await db.assets.update(asset.id, { file: undefined });
  expect(await tab.landfall.assets.get(assetId)).toMatchObject({ onDevice: false });
  // Nor does a copy of an unknown file make a new one.
  await db.assets.put({ id: crypto.randomUUID(), file: PICTURE });
  expect(await firstValue(tab.landfall.assets.all())).toHaveLength(1);
  expect(env.server.files.puts).toHaveLength(1);
});

test("the database object queries in Dexie's words, and its writes are sent", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const db = createDatabase(tab.landfall);
  const own = await db.chatSessions.add({ id: "temp-session", title: "Mine" });
  for (const content of ["a", "b", "c"])
    await db.chatMessages.add({ sessionId: "temp-session", role: "user", content });
  await db.projects.bulkPut([{ name: "Pier" }, { name: "Harbour" }]);
  await db.chatSessions.put({ id: "temp-session", title: "Renamed" });
  expect(await db.chatSessions.update("nothing", { title: "x" })).toBe(0);
  expect(await db.chatSessions.update(own, { title: "Again", syncedAt: new Date() })).toBe(1);
  await tab.untilSent();
  await tab.sync();
  expect(env.server.liveSessionsOf(EMAIL)).toMatchObject([{ id: own, title: "Again" }]);

  // A put of a row that was handed out changes what the application changed, and brings no old value back.
  const handedOut = await db.chatSessions.get(own);
  await db.chatSessions.update(own, { title: "Newer" });
  await db.chatSessions.put({ ...handedOut, metadata: { pinned: true } });
  const both = { title: "Newer", metadata: { pinned: true } };
  expect(await db.chatSessions.get(own)).toMatchObject(both);
  await tab.untilSent();
  await tab.sync();
  // The state of the sync is no change.
  const { updatedAt } = (await db.chatSessions.get(own)) ?? {};
  await env.clock.advance(1_000);
  await db.chatSessions.update(own, { syncedAt: new Date() });
  await db.chatSessions.put({ ...handedOut, syncedAt: new Date() });
  expect(await db.chatSessions.get(own)).toMatchObject({ ...both, updatedAt });
  expect(env.server.liveSessionsOf(EMAIL)).toMatchObject([both]);

  const names = (await db.projects.orderBy("name").toArray()).map(({ name }) => name);
  expect(names).toEqual(["Harbour", "Pier"]);
  expect((await db.projects.orderBy("name").reverse().offset(1).first())?.name).toBe("Harbour");
  expect(await db.projects.where("name").anyOf(["Pier", "Quay"]).count()).toBe(1);
  expect((await db.projects.where("name").startsWith("P").last())?.name).toBe("Pier");
  expect(await db.projects.where("name").above("Harbour").count()).toBe(1);
  const messages = await db.chatMessages
    .where("[sessionId+createdAt]")
    .between([own, new Date(0)], [own, new Date("9999")]);
  expect((await messages.toArray()).map(({ content }) => content)).toEqual(["a", "b", "c"]);
  const seen: string[] = [];
  await db.chatMessages.filter(({ content }) => content > "a").each(({ content }) => seen.push(content));
  expect(seen).toEqual(["b", "c"]);
  const [first] = await db.projects.bulkGet([(await db.projects.toArray())[0]?.id ?? ""]);
  expect(first?.syncedAt).toBeInstanceOf(Date);

  await db.chatSessions.delete("temp-session");
  await expect(db.chatMessages.add({ role: "user", content: "x" })).rejects.toMatchObject({ code: "not_found" });
  await tab.untilSent();
  expect(env.server.liveSessionsOf(EMAIL)).toEqual([]);
  await tab.landfall.auth.signOut();
  await expect(db.projects.toArray()).rejects.toMatchObject({ code: "not_signed_in" });
});
