// The bindings for React, Zustand and the service worker show the client's state and add no rule.

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
import { flushQueue, handleBackgroundSync } from "../../src/service-worker";
import { createChatStore } from "../../src/zustand";
import { EMAIL, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

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

test("the hooks return the client's state", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await until(() => tab.landfall.sync.status.get().state === "synced", "the status");
  const html = renderToString(createElement(LandfallProvider, { client: tab.landfall }, createElement(Screen)));
  expect(html).toBe(`<p>${EMAIL}|synced${"|undefined".repeat(6)}</p>`);
});

test("a hook without a provider throws an error that names LandfallProvider", () => {
  expect(() => renderToString(createElement(Screen))).toThrow("LandfallProvider");
});

test("the chat store follows the client and sends to the current session", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
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
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
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
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const storage = memoryStorage();
  const persisted = { userId: "user-bob", currentSessionId: "b", sessions: [{ id: "b", title: "Bob's" }] };
  storage.values.set("chat-storage", JSON.stringify({ state: persisted, version: 0 }));
  const store = createChatStore(tab.landfall, { storage: () => storage });
  expect(store.getState()).toMatchObject({ userId: "user-ada", currentSessionId: null, sessions: [] });
});

test("the service worker sends what the last tab left unsent", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "left behind");
  await tab.landfall.close();
  const { storage, jar, locks } = tab.browser;
  const options = {
    baseUrl: "http://landfall.test",
    name: env.appName,
    clock: env.clock,
    storage,
    locks: locks.client(),
    fetch: env.server.fetchFor(jar),
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
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["left behind"]);
});

test("the service worker sends nothing while no user is signed in", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  await flushQueue({
    baseUrl: "http://landfall.test",
    name: env.appName,
    clock: env.clock,
    storage: browser.storage,
    fetch: env.server.fetchFor(browser.jar),
  });
  expect(env.server.received.map(({ path }) => path)).toEqual(["/api/auth/get-session"]);
});
