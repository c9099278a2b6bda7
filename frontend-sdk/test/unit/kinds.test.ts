// A kind of rows is one folder and one line in each registry. No other file names it, and a new kind syncs like the
// built-in ones.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/client";
import type { KindModule } from "../../src/kinds/module";
import { builtinModules } from "../../src/kinds/registry";
import { RowCollection } from "../../src/kinds/row-collection";
import { KIND_DEFAULTS, type SyncedKind } from "../../src/store/synced-kind";
import type { Row } from "../../src/store/tables";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { builtinKinds } from "../support/kinds";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));

/** The files that may name a kind: its own folder, the registry, its types, the bindings of the products, the observer of the client, and sealing, whose record is a setting. */
const MAY_NAME_KINDS =
  /^(generated\/|kinds\/[a-z-]+\/|kinds\/(registry|bundled|writes)\.ts|types\/|react\/|zustand\/|compat\/|observe\/|sealing\/)/;

describe("the name of a kind", () => {
  const kinds = [...builtinKinds().values()];
  const names = [...new Set(kinds.flatMap(({ name, table }) => [name, table]))];
  const own = ["chatSessions", "chatMessages", "projects", "assets", "assetMetadata", "assistants"];
  /** A collection's name is a common word, so it counts only as a string or as a member name. */
  const pattern = new RegExp(`\\b(${own.join("|")})\\b|["'\`](${names.join("|")})[:"'\`]|/kinds/[a-z]+/`);

  test("is in no other file", () => {
    const naming = sources().flatMap(([file, text]) => {
      const found = MAY_NAME_KINDS.test(file) ? null : pattern.exec(withoutComments(text));
      return found ? [`${file}: ${found[0]}`] : [];
    });
    expect(naming).toEqual([]);
  });

  test("is found in the files that may have it", () => {
    const found = sources().filter(([, text]) => pattern.test(withoutComments(text)));
    expect(found.map(([file]) => file)).toEqual(
      expect.arrayContaining(["kinds/registry.ts", "kinds/chat/tables.ts", "kinds/projects/descriptor.ts"]),
    );
  });
});

function sources(): [string, string][] {
  return readdirSync(SRC, { recursive: true, withFileTypes: true }).flatMap((entry): [string, string][] => {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) return [];
    const path = join(entry.parentPath, entry.name);
    return [[relative(SRC, path), readFileSync(path, "utf8")]];
  });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** The calls of the notes' hooks, in order. */
let calls: string[] = [];

/** A kind with every feature: its own table, temporary keys, a batch group and hooks. */
const noteKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: "notes",
  table: "notes",
  stores: [{ notes: "id, parentId" }],
  conflictPolicy: "merge",
  references: [{ member: "parentId", collection: "notes", required: true, onDelete: "cascade" }],
  serverMembers: ["seen"],
  versioned: true,
  flushAt: 2,
  toBody: ({ id: _id, seen: _seen, ...value }) => value,
  batchGroup: () => "notes",
  titleOf: ({ title }) => title,
  temporaryKeyOf: ({ tempId }) => tempId as string | undefined,
  onAcknowledged: async (_db, { op, key }, acknowledgement) => {
    calls.push(`acknowledged ${op} ${key} as ${acknowledgement.key}, revision ${acknowledgement.revision}`);
  },
  onRemote: async (_db, { title }) => {
    calls.push(`remote ${title}`);
  },
  onRemoteDelete: async (_db, key) => {
    calls.push(`remote delete ${key}`);
    return null;
  },
};

const notesModule: KindModule<RowCollection> = {
  kinds: [noteKind],
  openFace: ({ source, clock }) => new RowCollection(source, clock, "notes"),
};

describe("a new kind", () => {
  /** Two devices of one user, and a server that knows notes. */
  async function start(conflicts = {}) {
    calls = [];
    const env = new TestEnvironment();
    env.modules = { ...builtinModules, notes: notesModule };
    env.options = { conflicts };
    const userData = env.server.userData(EMAIL);
    userData.kinds.set("notes", noteKind);
    const [here, there] = [await env.signedInTab(), await env.signedInTab()];
    return { env, userData, here, there };
  }

  const notesOf = ({ landfall }: Tab) => (landfall as unknown as { notes: RowCollection }).notes;
  const rowsOf = async (tab: Tab) => (await notesOf(tab).list()).map(({ id, title, text }) => ({ id, title, text }));

  /** A note that both devices have. */
  async function share(tabs: { here: Tab; there: Tab }): Promise<Row> {
    await notesOf(tabs.here).put({ id: "n", title: "Shared", text: "one" });
    await tabs.here.sync();
    await tabs.there.sync();
    return { id: "n", title: "Shared", text: "one" };
  }

  test("is typed by its module beside the built-in kinds", () => {
    const { storage } = new TestEnvironment().browser();
    const client = createClient({ name: "typed", storage }, { ...builtinModules, notes: notesModule });
    onTestFinished(() => client.close());
    expect([client.notes.constructor, Object.keys(client.collections).length]).toEqual([RowCollection, 15]);
  });

  test("is written offline, pushed and acknowledged, and its temporary key is replaced in all rows", async () => {
    const { env, userData, here } = await start();
    await here.landfall.connectivity.simulateOffline(true);
    await notesOf(here).put({ id: "temp-1", tempId: "temp-1", title: "Parent" });
    await notesOf(here).put({ id: "c", title: "Child", parentId: "temp-1" });
    const unsynced = await firstValue(notesOf(here).unsynced());
    expect([...unsynced].map(([key, { state }]) => [key, state])).toEqual([
      ["temp-1", "saved"],
      ["c", "saved"],
    ]);
    await here.landfall.connectivity.simulateOffline(false);
    await here.sync();
    await env.clock.advance(5_000);
    await here.sync();
    // The child refers to its parent, so it is sent after the parent has its key.
    expect(env.server.pushed().filter((request) => request.length > 0)).toEqual([["put Parent"], ["put Child"]]);
    const [parent, child] = await notesOf(here)
      .list()
      .then((rows) => [...rows].sort((a) => (a.id === "c" ? 1 : -1)));
    expect(String(parent?.id)).toMatch(/^20000000-/);
    expect(child).toMatchObject({ id: "c", parentId: parent?.id });
    expect(userData.live("notes")).toEqual({
      [String(parent?.id)]: { tempId: "temp-1", title: "Parent" },
      c: { title: "Child", parentId: parent?.id },
    });
    expect(calls.filter((line) => line.startsWith("acknowledged"))).toEqual([
      `acknowledged put temp-1 as ${parent?.id}, revision 1`,
      "acknowledged put c as c, revision 1",
    ]);
    expect(await here.landfall.sync.why("temp-1")).toMatchObject({ sync: { state: "synced" } });
    // A later edit has the server's revision as its base.
    await notesOf(here).put({ ...parent, title: "Parent, renamed" } as Row);
    await here.sync();
    expect(userData.live("notes")[String(parent?.id)]).toMatchObject({ title: "Parent, renamed" });
  });

  test("is pulled by another device", async () => {
    const tabs = await start();
    const note = await share(tabs);
    expect(await rowsOf(tabs.there)).toEqual([note]);
    expect(calls).toContain("remote Shared");
  });

  test("merges edits of two devices, or asks, by the policy", async () => {
    for (const policy of ["merge", "ask"] as const) {
      const tabs = await start({ notes: policy });
      const { here, there } = tabs;
      const note = await share(tabs);
      await here.landfall.sync.pause();
      await notesOf(here).put({ ...note, text: "mine" });
      await notesOf(there).put({ ...note, title: "Theirs" });
      await there.sync();
      await here.landfall.sync.resume();
      await here.sync();
      if (policy === "ask") {
        const [conflict] = await firstValue(here.landfall.conflicts.list());
        expect(conflict).toMatchObject({ collection: "notes", key: "n", mine: { text: "mine" } });
        await here.landfall.conflicts.resolve(conflict ?? { collection: "", key: "" }, "mine");
        await here.sync();
      }
      await there.sync();
      const end = { id: "n", title: policy === "ask" ? "Shared" : "Theirs", text: "mine" };
      expect([await rowsOf(here), await rowsOf(there)]).toEqual([[end], [end]]);
    }
  });

  test("is deleted by another device with its dependent rows", async () => {
    const tabs = await start();
    const { here, there } = tabs;
    await share(tabs);
    await notesOf(here).put({ id: "p", title: "Part", parentId: "n" });
    await here.sync();
    await there.sync();
    await notesOf(there).delete("n");
    await there.sync();
    await here.sync();
    expect([await rowsOf(here), await rowsOf(there)]).toEqual([[], []]);
    expect(calls.filter((line) => line === "remote delete n").length).toBeGreaterThan(0);
  });

  test("survives a resync: expired rows are removed, unsent rows are kept, rows that a backup lacks are sent again", async () => {
    const tabs = await start();
    const { env, userData, here, there } = tabs;
    await share(tabs);
    await here.landfall.sync.pause();
    await notesOf(here).put({ id: "unsent", title: "Unsent" });
    await notesOf(there).delete("n");
    await there.sync();
    userData.runRetention();
    await here.landfall.sync.resume();
    await here.sync();
    expect((await rowsOf(here)).map(({ id }) => id)).toEqual(["unsent"]);
    const restore = userData.backup();
    await notesOf(here).put({ id: "lost", title: "Lost" });
    await here.sync();
    restore();
    await here.sync();
    await until(() => "lost" in userData.live("notes"), "the note is offered again");
    expect(Object.keys(userData.live("notes")).sort()).toEqual(["lost", "unsent"]);
    expect(env.server.requests(/POST \/api\/sync$/).every(({ status }) => status !== 422)).toBe(true);
  });

  test("is listed after a rejection and can be discarded", async () => {
    const { here } = await start();
    await notesOf(here).put({ id: "bad", title: "refuse me" });
    await here.sync();
    const [failed] = await firstValue(here.landfall.sync.failed());
    expect(failed).toMatchObject({ collection: "notes", key: "bad", title: "refuse me", code: "not_allowed" });
    await here.landfall.sync.discard(failed?.entryId ?? "");
    expect(await rowsOf(here)).toEqual([]);
  });

  test("is claimed from a guest into an account", async () => {
    const { env, userData } = await start();
    env.options = { guest: true };
    const tab = env.browser().tab();
    await tab.landfall.start();
    await notesOf(tab).put({ id: "g", title: "Guest's" });
    await tab.signIn();
    expect(await tab.landfall.guest.claim()).toEqual({ notes: 1 });
    await tab.sync();
    expect(userData.live("notes")).toEqual({ g: { title: "Guest's" } });
  });
});
