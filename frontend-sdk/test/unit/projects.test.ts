// Projects: a tree of documents that can be restored after a delete.

import { expect, test } from "vitest";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";

async function twoDevices(): Promise<{ env: TestEnvironment; one: Tab; two: Tab }> {
  const env = new TestEnvironment();
  return { env, one: await env.signedInTab(), two: await env.signedInTab() };
}

test("a put keeps the members that it leaves out, and sends only changed members", async () => {
  const { env, one, two } = await twoDevices();
  const { id } = await one.landfall.projects.put({ name: "Harbour", data: { large: "x".repeat(1000) } });
  await one.sync();
  await one.landfall.projects.put({ id, name: "Port" });
  await one.sync();
  const last = env.server.requests(/POST \/api\/sync$/).at(-1)?.body as { mutations: { value: object }[] };
  expect(Object.keys(last.mutations[0]?.value ?? {}).sort()).toEqual(["clientUpdatedAt", "name"]);
  await two.sync();
  expect(await two.landfall.projects.get(id)).toMatchObject({
    name: "Port",
    data: { large: "x".repeat(1000) },
    revision: 2,
  });
});

test("a tree made offline is sent with parents first, also after a move", async () => {
  const { env, one } = await twoDevices();
  const { projects } = one.landfall;
  await one.landfall.connectivity.simulateOffline(true);
  await projects.put({ id: "child", name: "Child" });
  await projects.put({ id: "parent", name: "Parent" });
  await projects.put({ id: "child", parentId: "parent" });
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  expect(env.server.pushed()).toEqual([["put Parent", "put Child"]]);
});

test("a project cannot be moved below itself", async () => {
  const { projects } = (await new TestEnvironment().signedInTab()).landfall;
  await projects.put({ id: "a", name: "A" });
  await projects.put({ id: "b", name: "B", parentId: "a" });
  await expect(projects.put({ id: "a", parentId: "b" })).rejects.toMatchObject({ pointer: "/parentId" });
  await expect(projects.put({ id: "a", name: "" })).rejects.toMatchObject({ pointer: "/name" });
});

test("a deleted project cascades to its children, unlinks chats and conversations, and can be restored on both devices", async () => {
  const { env, one, two } = await twoDevices();
  const { projects, collections, chat } = one.landfall;
  await projects.put({ id: "p", name: "Harbour", data: { n: 1 } });
  await projects.put({ id: "c", name: "Pier", parentId: "p" });
  await collections.conversations.put({ id: "talk", title: "Talk", projectId: "p" });
  const session = await chat.createSession({ title: "Chat", projectId: "p" });
  await one.sync();
  await two.sync();
  await projects.delete("p");
  expect(await projects.list()).toEqual([]);
  expect((await projects.listDeleted()).map(({ id }) => id).sort()).toEqual(["c", "p"]);
  expect(await collections.conversations.get("talk")).toMatchObject({ projectId: null });
  await one.sync();
  await two.sync();
  expect(await two.landfall.projects.list()).toEqual([]);
  const userData = env.server.userData(EMAIL);
  expect(userData.sessions().find(({ id }) => id === session.id)?.projectId).toBeNull();

  await two.landfall.projects.restore("p");
  await two.sync();
  await one.sync();
  expect(await projects.list()).toMatchObject([{ id: "p", name: "Harbour", data: { n: 1 } }]);
  expect(Object.keys(userData.live("projects"))).toEqual(["p"]);
  await expect(projects.restore("nowhere")).rejects.toMatchObject({ code: "not_found" });
});

test("a delete that is restored before it was sent enqueues nothing, and the children are back", async () => {
  const { env, one } = await twoDevices();
  const { projects } = one.landfall;
  await projects.put({ id: "p", name: "Harbour" });
  await projects.put({ id: "c", name: "Pier", parentId: "p" });
  await one.sync();
  const sent = env.server.pushed().length;
  await one.landfall.connectivity.simulateOffline(true);
  await projects.delete("p");
  await projects.restore("p");
  expect((await projects.list()).map(({ id }) => id).sort()).toEqual(["c", "p"]);
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  expect(env.server.pushed()).toHaveLength(sent);
});
