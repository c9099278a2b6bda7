// The faces for frameworks and for the service worker: they show what the client shows and add no rule.

import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import {
  LandfallProvider,
  useAuth,
  useChatMessages,
  useChatSessions,
  useCollection,
  useConflicts,
  useProjects,
  useSyncStatus,
  useUnsynced,
} from "../../src/react";
import { flushQueue, handleBackgroundSync } from "../../src/sw";
import { createChatStore } from "../../src/zustand";
import { until } from "../support/fake-clock";
import { EMAIL, World } from "../support/world";

function memoryStorage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

function Screen() {
  const lists = [useChatSessions(), useChatMessages(null), useProjects(), useCollection("tags"), useConflicts()];
  const parts = [useAuth().user?.email, useSyncStatus().state, ...lists, useUnsynced("tags")];
  return createElement("p", null, parts.map(String).join("|"));
}

test("the hooks show the client's state", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const html = renderToString(createElement(LandfallProvider, { client: tab.landfall }, createElement(Screen)));
  expect(html).toBe(`<p>${EMAIL}|synced${"|undefined".repeat(6)}</p>`);
});

test("a hook without a provider says what is missing", () => {
  expect(() => renderToString(createElement(Screen))).toThrow("LandfallProvider");
});

test("the chat store follows the client and sends to the current session", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const store = createChatStore(tab.landfall, { storage: memoryStorage });
  const session = await store.getState().createSession("Plans");
  expect(store.getState()).toMatchObject({ currentSessionId: session.id, loading: true });
  await store.getState().sendMessage("hello");
  await until(() => store.getState().messages.length === 1, "the message");
  await until(() => store.getState().sessions.length === 1, "the session");
  expect(store.getState().messages[0]).toMatchObject({ role: "user", content: "hello", sync: { state: "saved" } });
  await store.getState().deleteSession(session.id);
  expect(store.getState().currentSessionId).toBeNull();
  await expect(store.getState().sendMessage("nowhere")).rejects.toThrow("no session");
});

test("the chat store persists the current session and ten sessions, and never messages", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const storage = memoryStorage();
  const store = createChatStore(tab.landfall, { storage: () => storage });
  for (let index = 0; index < 12; index += 1) await store.getState().createSession(`S${index}`);
  await store.getState().sendMessage("private");
  await until(() => store.getState().sessions.length === 12, "all sessions");
  const { state } = JSON.parse(storage.values.get("chat-storage") ?? "{}");
  expect(state.sessions).toHaveLength(10);
  expect(state.currentSessionId).toBe(store.getState().currentSessionId);
  expect(JSON.stringify(state)).not.toContain("private");
});

test("another user's persisted sessions are dropped", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const storage = memoryStorage();
  const persisted = { userId: "user-bob", currentSessionId: "b", sessions: [{ id: "b", title: "Bob's" }] };
  storage.values.set("chat-storage", JSON.stringify({ state: persisted, version: 0 }));
  const store = createChatStore(tab.landfall, { storage: () => storage });
  expect(store.getState()).toMatchObject({ userId: "user-ada", currentSessionId: null, sessions: [] });
});

test("the service worker sends what the last tab left behind", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "left behind");
  await tab.landfall.close();
  const { storage, jar, locks } = tab.browser;
  const options = {
    baseUrl: "http://landfall.test",
    name: world.appName,
    clock: world.clock,
    storage,
    locks: locks.client(),
    fetch: world.server.fetchFor(jar),
  };
  const scope = new EventTarget();
  handleBackgroundSync(scope, options);
  let work: Promise<unknown> = Promise.reject(new Error("no sync event was handled"));
  work.catch(() => {});
  const event = Object.assign(new Event("sync"), {
    tag: "landfall-outbox",
    waitUntil: (promise: Promise<unknown>) => (work = promise),
  });
  scope.dispatchEvent(event);
  await work;
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["left behind"]);
});

test("the service worker does nothing while nobody is signed in", async () => {
  const world = new World();
  const browser = world.browser();
  await flushQueue({
    baseUrl: "http://landfall.test",
    name: world.appName,
    clock: world.clock,
    storage: browser.storage,
    fetch: world.server.fetchFor(browser.jar),
  });
  expect(world.server.seen.map(({ path }) => path)).toEqual(["/api/auth/get-session"]);
});
