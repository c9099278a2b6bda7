// Assistants: ids that are final at once, creates that the server takes once, checks before anything is queued, and conflicts that are told.

import { describe, expect, test } from "vitest";
import type { Assistant, NewAssistant } from "../../src/types";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { ASSISTANTS } from "../support/kinds";

const TIDES: NewAssistant = { title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." };

async function twoDevices(): Promise<{ env: TestEnvironment; one: Tab; two: Tab }> {
  const env = new TestEnvironment();
  return { env, one: await env.signedInTab(), two: await env.signedInTab() };
}

/** The mutations of assistants that the server has received, in order. */
function mutationsOf(env: TestEnvironment) {
  const requests = env.server.requests(/POST \/api\/sync$/);
  const all = requests.flatMap(({ body }) => (body as { mutations: Record<string, unknown>[] }).mutations);
  return all.filter(({ collection }) => collection === ASSISTANTS);
}

test("a new assistant has its final id and a temporary one at once, and the server's members after the push", async () => {
  const { env, one, two } = await twoDevices();
  await one.landfall.connectivity.simulateOffline(true);
  const { id, tempId } = await one.landfall.assistants.create({ ...TIDES, tags: ["sea"] });
  expect(id).toMatch(/^[\w-]{21}$/);
  expect(tempId).toMatch(new RegExp(`^pending-${env.clock.now()}-[\\w-]{9}$`));
  expect(await one.landfall.assistants.get(id)).toMatchObject({ emoji: "🤖", status: "draft", version: 0, author: "" });
  expect(await firstValue(one.landfall.assistants.unsynced())).toEqual(
    new Map([[id, expect.objectContaining({ state: "saved" })]]),
  );
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  expect(mutationsOf(env)).toMatchObject([{ key: id, op: "put", baseRevision: 0, value: { ...TIDES, tempId } }]);
  expect(await one.landfall.assistants.get(id)).toMatchObject({ id, tempId, version: 1, author: "Ada" });
  await two.sync();
  expect(await two.landfall.assistants.list()).toMatchObject([{ id, title: "Tide tables", tags: ["sea"], version: 1 }]);
});

test("only the members that the owner changed are sent, and none that the server sets", async () => {
  const { env, one } = await twoDevices();
  const row = await one.landfall.assistants.create(TIDES);
  await one.sync();
  await one.landfall.assistants.update(row.id, { prompt: "Answer with times." });
  await one.sync();
  const stored = (await one.landfall.assistants.get(row.id)) as Assistant;
  await one.landfall.assistants.put({ ...stored, title: "Tides", author: "Mallory", usageCount: 9 } as Assistant);
  await one.sync();
  const sent = mutationsOf(env).map(({ baseRevision, value }) => [baseRevision, value]);
  expect(sent.slice(1)).toEqual([
    [1, { prompt: "Answer with times." }],
    [2, { title: "Tides" }],
  ]);
  expect(await one.landfall.assistants.get(row.id)).toMatchObject({ version: 3, author: "Ada", usageCount: 0 });
});

describe("a wrong assistant is refused at once and never queued", () => {
  const long = (chars: number) => "x".repeat(chars);
  test.each<[object, string[]]>([
    [{ desc: "d" }, ["/prompt", "/title"]],
    [{ ...TIDES, title: "", desc: long(201), prompt: long(2001) }, ["/desc", "/prompt", "/title"]],
    [{ ...TIDES, title: "😀".repeat(101) }, ["/title"]],
    [{ ...TIDES, emoji: "👩‍👩‍👧‍👦" }, ["/emoji"]],
    [{ ...TIDES, tags: Array(11).fill("a"), category: ["", long(51)] }, ["/category/0", "/category/1", "/tags"]],
    [{ ...TIDES, tags: "sea", isPublic: "yes" }, ["/isPublic", "/tags"]],
    [{ ...TIDES, status: "published" }, ["/status"]],
    [{ ...TIDES, emoji: null }, ["/emoji"]],
  ])("%#", async (input, pointers) => {
    const { landfall, browser } = await new TestEnvironment().signedInTab();
    const refused = await landfall.assistants.create(input as NewAssistant).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "invalid_input" });
    expect((refused as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect([await browser.database().syncQueue.count(), await landfall.assistants.list()]).toEqual([0, []]);
  });

  test("limits are those of the document", async () => {
    const { landfall } = await new TestEnvironment().signedInTab();
    const most = { title: "😀".repeat(100), desc: long(200), prompt: long(2000), emoji: "👩‍🚀👨‍🚀" };
    const labels = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(50, "x"));
    await landfall.assistants.create({ ...most, tags: labels, category: labels });
    await expect(landfall.assistants.put({ id: "short", ...TIDES })).rejects.toMatchObject({ pointer: "/id" });
    await expect(landfall.assistants.update("V1StGXR8_Z5jdHi6B-myT", { title: "T" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("a reviewer's status is kept and sent by nobody else", async () => {
    const { env, one } = await twoDevices();
    const { id } = await one.landfall.assistants.create(TIDES);
    await one.sync();
    env.server.userData(EMAIL).write(ASSISTANTS, id, { status: "published", isPublic: true });
    await one.sync();
    const published = (await one.landfall.assistants.get(id)) as Assistant;
    await one.landfall.assistants.put({ ...published, title: "Tides" });
    await one.sync();
    expect(mutationsOf(env).at(-1)).toMatchObject({ value: { title: "Tides" } });
  });
});

describe("a conflict", () => {
  /** Both devices have an assistant, and the other one has changed it since. */
  async function conflict(mine: (tab: Tab, id: string) => Promise<unknown>, theirs: object | null) {
    const { env, one } = await twoDevices();
    const { id } = await one.landfall.assistants.create(TIDES);
    await one.sync();
    await one.landfall.connectivity.simulateOffline(true);
    await mine(one, id);
    env.server.userData(EMAIL).write(ASSISTANTS, id, theirs as Record<string, unknown> | null);
    await one.landfall.connectivity.simulateOffline(false);
    await one.sync();
    const told = await firstValue(one.landfall.assistants.conflicts());
    return { env, one, id, told, row: await one.landfall.assistants.get(id) };
  }

  test("is told with both sides, and the row becomes the server's", async () => {
    const { env, one, id, told, row } = await conflict(
      (tab, key) => tab.landfall.assistants.update(key, { title: "Mine" }),
      { title: "Theirs" },
    );
    expect(row).toMatchObject({ title: "Theirs", version: 2 });
    const sides = { base: { title: "Tide tables" }, mine: { title: "Mine" }, theirs: { title: "Theirs", version: 2 } };
    expect(told).toMatchObject([{ id, ...sides, since: new Date(env.clock.now()).toISOString() }]);
    expect(one.landfall.sync.status.get()).toMatchObject({ state: "synced", conflicts: 0 });
    await one.landfall.assistants.update(id, { title: told[0]?.mine?.title ?? "" });
    await one.landfall.assistants.dismissConflicts(id);
    await one.sync();
    expect(env.server.userData(EMAIL).live(ASSISTANTS)[id]).toMatchObject({ title: "Mine", version: 3 });
    expect(await firstValue(one.landfall.assistants.conflicts())).toEqual([]);
  });

  test("with a delete on either side is told too", async () => {
    const deleted = await conflict((tab, id) => tab.landfall.assistants.update(id, { title: "Mine" }), null);
    expect(deleted.row).toBeUndefined();
    expect(deleted.told).toMatchObject([{ mine: { title: "Mine" }, theirs: null }]);
    const kept = await conflict((tab, id) => tab.landfall.assistants.delete(id), { title: "Theirs" });
    expect(kept.row).toMatchObject({ title: "Theirs" });
    expect(kept.told).toMatchObject([{ mine: null, theirs: { title: "Theirs" } }]);
  });

  test("of a row that was put after the server's had arrived is told as well", async () => {
    const { env, one } = await twoDevices();
    const { id } = await one.landfall.assistants.create(TIDES);
    await one.sync();
    const shown = (await one.landfall.assistants.get(id)) as Assistant;
    env.server.userData(EMAIL).write(ASSISTANTS, id, { title: "Theirs" });
    await one.sync();
    await one.landfall.assistants.put({ ...shown, title: "Mine", desc: "More." });
    await one.sync();
    expect(await one.landfall.assistants.get(id)).toMatchObject({ title: "Theirs", desc: "More." });
    expect(await firstValue(one.landfall.assistants.conflicts())).toMatchObject([
      { id, base: { title: "Tide tables" }, mine: { title: "Mine" }, theirs: { title: "Theirs" } },
    ]);
  });

  test("about equal changes is none", async () => {
    const { told, row } = await conflict((tab, id) => tab.landfall.assistants.update(id, { title: "Same" }), {
      title: "Same",
    });
    expect([told, row?.version]).toEqual([[], 2]);
  });
});

test("a deleted assistant is restored, also before the delete was sent", async () => {
  const { env, one, two } = await twoDevices();
  const { assistants } = one.landfall;
  const { id } = await assistants.create(TIDES);
  await one.sync();
  await one.landfall.connectivity.simulateOffline(true);
  await assistants.delete(id);
  expect([await assistants.list(), (await assistants.listDeleted()).map((row) => row.id)]).toEqual([[], [id]]);
  await assistants.restore(id);
  expect(await one.browser.database().syncQueue.count()).toBe(0);
  await one.landfall.connectivity.simulateOffline(false);
  await assistants.delete(id);
  await one.sync();
  await two.sync();
  await two.landfall.assistants.create({ ...TIDES, title: "Another" });
  expect(env.server.userData(EMAIL).live(ASSISTANTS)).toEqual({});
  await assistants.restore(id);
  await one.sync();
  expect(env.server.userData(EMAIL).live(ASSISTANTS)[id]).toMatchObject({ ...TIDES, version: 3 });
  await expect(assistants.restore(id)).rejects.toMatchObject({ code: "not_found" });
});

test("creates of a lost answer are stored once, and the answer's key replaces the sent one", async () => {
  const { env, one } = await twoDevices();
  const userData = env.server.userData(EMAIL);
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  await one.landfall.assistants.create(TIDES);
  await env.clock.advance(40_000);
  await one.sync();
  expect(Object.keys(userData.live(ASSISTANTS))).toHaveLength(1);
  // Another program has stored the same create under an id of the server.
  await one.landfall.connectivity.simulateOffline(true);
  const sent = await one.landfall.assistants.create({ ...TIDES, title: "Twice" });
  userData.set(ASSISTANTS, "stored-by-the-server_", { ...TIDES, title: "Stored", tempId: sent.tempId });
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  const rows = await one.landfall.assistants.list();
  expect(rows.map(({ id, title }) => [id, title])).toContainEqual(["stored-by-the-server_", "Stored"]);
  expect(rows).toHaveLength(2);
});

test("several creates go one per request, a second apart", async () => {
  const { env, one } = await twoDevices();
  await one.landfall.connectivity.simulateOffline(true);
  const titles = ["A", "B", "C"];
  for (const title of titles) await one.landfall.assistants.create({ ...TIDES, title });
  const arrivals: [string, number][] = [];
  env.server.beforeAnswer = ({ method, path, body }) => {
    if (`${method} ${path}` !== "POST /api/sync") return;
    for (const { value } of (body as { mutations: { value: { title: string } }[] }).mutations)
      arrivals.push([value.title, env.clock.now()]);
  };
  const from = env.clock.now();
  await one.landfall.connectivity.simulateOffline(false);
  for (let step = 0; step < 12; step += 1) {
    await one.idle();
    await env.clock.advance(250);
  }
  const at = arrivals.map(([title, ms]) => [title, ms - (arrivals[0]?.[1] ?? 0)]);
  expect(at).toEqual([
    ["A", 0],
    ["B", 1_000],
    ["C", 2_000],
  ]);
  expect((arrivals[0]?.[1] ?? 0) - from).toBeLessThan(2_000);
  expect(await one.browser.database().syncQueue.count()).toBe(0);
});

test("the first snapshot shows assistants before the pull, and a guest's are claimed", async () => {
  const env = new TestEnvironment();
  env.server.account(EMAIL);
  env.server.userData(EMAIL).set(ASSISTANTS, "V1StGXR8_Z5jdHi6B-myT", { ...TIDES, status: "draft" });
  env.server.fail(/GET \/api\/sync\/changes/, { kind: "hang" }, 9);
  env.options = { guest: true };
  const tab = env.browser().tab();
  await tab.landfall.start();
  await tab.landfall.assistants.create({ ...TIDES, title: "Guest's" });
  await tab.signIn();
  expect(await tab.landfall.assistants.list()).toMatchObject([{ id: "V1StGXR8_Z5jdHi6B-myT", version: 1 }]);
  expect(await tab.landfall.guest.claim()).toEqual({ assistants: 1 });
  env.server.mend();
  await env.clock.advance(60_000);
  await tab.sync();
  const live = Object.values(env.server.userData(EMAIL).live(ASSISTANTS));
  expect(live.map(({ title }) => title).sort()).toEqual(["Guest's", "Tide tables"]);
});
