// A browser that refuses to store, loses what it stores, or has no room; and listeners of the application that throw.

import { forceCloseDatabase } from "fake-indexeddb";
import { afterEach, expect, test, vi } from "vitest";
import { createLandfall, LandfallError } from "../../src/index";
import { openBytes } from "../../src/kinds/assets/bytes";
import { createChatStore } from "../../src/zustand";
import { EMAIL, TestEnvironment, USER_ID } from "../support/environment";
import { until } from "../support/fake-clock";

/** What is reported in place of being thrown at nobody. */
const reported = vi.fn();
afterEach(() => {
  vi.unstubAllGlobals();
  reported.mockClear();
});

/** IndexedDB of a browser that denies it, while `denied` shows it. */
function deniable(real: IDBFactory) {
  let denied = true;
  const connections: IDBDatabase[] = [];
  const open: IDBFactory["open"] = (name, version) => {
    if (denied) throw new DOMException("The user denied permission to access the database.", "SecurityError");
    const request = real.open(name, version);
    request.addEventListener("success", () => connections.push(request.result));
    return request;
  };
  const factory = {
    open,
    cmp: () => 0,
    databases: async () => [],
    deleteDatabase: (name: string) => real.deleteDatabase(name),
  };
  return {
    factory: factory as IDBFactory,
    deny: (next: boolean) => {
      denied = next;
    },
    /** Ends all connections, as a browser does whose storage was cleared or broke. */
    loseConnections: () => connections.splice(0).forEach((connection) => void forceCloseDatabase(connection as never)),
  };
}

test("without IndexedDB start() rejects with a code, and the state says why until it can start", async () => {
  const env = new TestEnvironment();
  const { storage } = env.browser();
  const { factory, deny } = deniable(storage.indexedDB);
  const fetch = env.server.fetchFor({ token: null });
  const landfall = createLandfall({
    name: "denied",
    baseUrl: "http://landfall.test",
    fetch,
    clock: env.clock,
    storage: { ...storage, indexedDB: factory },
  });
  await expect(landfall.start()).rejects.toMatchObject({ code: "storage_unavailable" });
  expect(landfall.auth.session.get().status).toBe("signed-out");
  expect(landfall.sync.status.get()).toMatchObject({ state: "paused", reason: expect.stringContaining("store data") });
  for (const call of [landfall.collections.tags.list(), landfall.auth.devSignIn({ email: EMAIL })]) {
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LandfallError);
    expect(error).toMatchObject({ code: "storage_unavailable" });
  }
  deny(false);
  await landfall.auth.devSignIn({ email: EMAIL });
  await landfall.collections.tags.put({ id: "t", name: "Sea" });
  await until(() => landfall.sync.status.get().state === "synced", "the status");
  await landfall.close();
});

/** A signed-in tab with one synced tag, in a browser whose storage can refuse and lose its connections. */
async function signedInOnDeniable() {
  const env = new TestEnvironment();
  const browser = env.browser();
  const denied = deniable(browser.storage.indexedDB);
  denied.deny(false);
  Object.assign(browser.storage, { indexedDB: denied.factory });
  const tab = browser.tab();
  await tab.signIn();
  const { tags } = tab.landfall.collections;
  await tags.put({ id: "t", name: "Sea" });
  await tab.sync();
  return { env, tab, tags, ...denied };
}

test("a database whose connection is lost is opened again, or the status says that it can't be read", async () => {
  vi.stubGlobal("reportError", reported);
  const { tab, tags, deny, loseConnections } = await signedInOnDeniable();
  loseConnections();
  expect(await tags.get("t")).toMatchObject({ name: "Sea" });
  deny(true);
  loseConnections();
  await expect(tags.list()).rejects.toMatchObject({ code: "storage_unavailable" });
  await expect(tags.put({ id: "u", name: "Tide" })).rejects.toMatchObject({ code: "storage_unavailable" });
  const status = () => tab.landfall.sync.status.get();
  await until(() => status().state === "paused", "the reason");
  expect(status().reason).toContain("has lost it");
  deny(false);
  await until(() => status().state === "synced", "the database");
});

test("a tab whose databases the browser has deleted asks the server who is signed in, pulls again and sends", async () => {
  vi.stubGlobal("reportError", reported);
  const { env, tab, tags, factory, loseConnections } = await signedInOnDeniable();
  for (const name of [`${env.appName}.device`, `${env.appName}-${USER_ID}`]) factory.deleteDatabase(name);
  loseConnections();
  await until(async () => (await tags.get("t"))?.name === "Sea", "the server's row");
  await tags.put({ id: "u", name: "Tide" });
  await until(() => "u" in env.server.userData(EMAIL).live("tags"), "the row at the server");
  await until(() => tab.landfall.sync.status.get().state === "synced", "the status");
});

test("a pull whose page is lost because the browser has deleted the databases is repeated", async () => {
  vi.stubGlobal("reportError", reported);
  const env = new TestEnvironment();
  const browser = env.browser();
  const { factory, deny, loseConnections } = deniable(browser.storage.indexedDB);
  deny(false);
  Object.assign(browser.storage, { indexedDB: factory });
  const tab = browser.tab();
  await tab.signIn();
  await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
  await tab.sync();
  const before = env.server.requests(/\/sync\/changes/).length;
  // The databases are deleted while the page is on its way.
  env.server.beforeAnswer = ({ path }) => {
    if (path !== "/api/sync/changes") return undefined;
    env.server.beforeAnswer = () => undefined;
    for (const name of [`${env.appName}.device`, `${env.appName}-${USER_ID}`]) factory.deleteDatabase(name);
    loseConnections();
    return undefined;
  };
  await tab.landfall.sync.now();
  await until(() => env.server.requests(/\/sync\/changes/).length > before + 1, "the second pull");
  await until(() => tab.landfall.sync.status.get().state === "synced", "the status");
  expect(await tab.landfall.collections.tags.get("t")).toMatchObject({ name: "Sea" });
});

test("a device without any room says why in all tabs, keeps what it has, and goes on when there is room", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const [leader, other] = [browser.tab(), browser.tab()];
  await leader.signIn();
  await other.landfall.start();
  await leader.landfall.collections.tags.put({ id: "kept", name: "Sea" });
  await leader.sync();
  env.server.userData(EMAIL).write("tags", "new", { name: "Tide" });
  // Not even the pause can be stored.
  const restore = ["tags", "appState"].map((table) => browser.refuseWrites(table, "quota"));
  await leader.landfall.sync.now();
  for (const { landfall } of [leader, other]) {
    await until(() => landfall.sync.status.get().state === "paused", "the reason");
    expect(landfall.sync.status.get().reason).toContain("no room left");
  }
  // To count the queue again is no sign of room.
  const stop = new AbortController();
  const waiting = leader.landfall.sync.awaitInSync({ signal: stop.signal });
  await leader.idle();
  expect(leader.landfall.sync.status.get().state).toBe("paused");
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  for (const again of restore.reverse()) again();
  await env.clock.advance(30_000);
  for (const { landfall } of [leader, other]) {
    await until(() => landfall.sync.status.get().state === "synced", "the status");
    expect((await landfall.collections.tags.list()).map(({ id }) => id).sort()).toEqual(["kept", "new"]);
  }
});

test("a tab that is opened on a device without room leads when there is room", async () => {
  const env = new TestEnvironment();
  const before = await env.signedInTab();
  await before.landfall.connectivity.simulateOffline(true);
  await before.landfall.collections.tags.put({ id: "unsent", name: "Sea" });
  await before.landfall.connectivity.simulateOffline(false);
  before.crash();
  const restore = before.browser.refuseWrites("appState", "quota");
  const tab = before.browser.tab();
  await tab.landfall.start();
  // The first count of the queue may come after the first attempt, and hides its reason until the next.
  const told = () => tab.landfall.sync.status.get().reason?.includes("no room left") === true;
  await env.clock.advanceUntil(told, "the reason");
  restore();
  await env.clock.advance(30_000);
  await until(() => "unsent" in env.server.userData(EMAIL).live("tags"), "the row at the server");
});

test("OPFS that refuses is replaced by IndexedDB, and a delete is a delete", async () => {
  const getDirectory = async () => {
    throw new DOMException("Security error when calling GetDirectory", "SecurityError");
  };
  vi.stubGlobal("navigator", { storage: { getDirectory } });
  vi.stubGlobal(
    "FileSystemFileHandle",
    class {
      createWritable() {}
    },
  );
  const bytes = openBytes("app-user", false);
  const file = new Blob(["tide"], { type: "text/plain" });
  const kept = await bytes.keep("a", file);
  // A private window's database would keep a chosen file by its path.
  expect(kept).not.toBe(file);
  expect([await kept?.text(), kept?.type]).toEqual(["tide", "text/plain"]);
  expect(await bytes.read({ id: "a", file } as never)).toBe(file);
  await expect(bytes.remove("a")).resolves.toBeUndefined();
});

test("a full localStorage leaves the chat store in memory", async () => {
  vi.stubGlobal("reportError", reported);
  const tab = await new TestEnvironment().signedInTab();
  const id = await tab.createSession();
  const setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const store = createChatStore(tab.landfall, {
    storage: () => ({ getItem: () => null, removeItem: () => {}, setItem }),
  });
  store.getState().selectSession(id);
  await store.getState().sendMessage("hello");
  await until(() => store.getState().messages.length === 1, "the message");
  expect(store.getState()).toMatchObject({ loading: false, currentSessionId: id });
  expect(reported).toHaveBeenCalled();
});

test("a listener that throws is reported, and takes nothing from the client or the other listeners", async () => {
  vi.stubGlobal("reportError", reported);
  const tab = new TestEnvironment().browser().tab();
  const fault = new Error("the application's own");
  const users: unknown[] = [];
  tab.landfall.auth.onChange(() => {
    throw fault;
  });
  tab.landfall.auth.onChange(({ user }) => users.push(user?.email));
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  expect(users).toContain(EMAIL);
  expect(reported).toHaveBeenCalledWith(fault);
  await expect(tab.createSession()).resolves.toBeTypeOf("string");
});
