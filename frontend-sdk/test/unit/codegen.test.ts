// The generated tables: what the x-indexeddb marks produce, which marks are rejected, and how the schema history grows.

import Dexie from "dexie";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, test } from "vitest";
import history from "../../codegen/schema-history.json";
import { collectTables, emitTables, extendHistory, type MarkedSchema, storesOf } from "../../codegen/tables";
import { generatedStores } from "../../src/generated/tables.gen";
import { currentSchema } from "../../src/store/schema";
import { deviceStores } from "../../src/store/tables";

function schema(mark: unknown, required = ["id"]): [string, MarkedSchema] {
  return ["Note", { required, properties: { id: {}, title: {}, at: {} }, "x-indexeddb": mark }];
}

test("marked schemas become tables in a stable order, and unmarked schemas are left out", () => {
  const tables = collectTables([
    [
      "Zebra",
      { required: ["id"], properties: { id: {} }, "x-indexeddb": { table: "zebras", primaryKey: "id", indexes: [] } },
    ],
    ["Plain", { properties: {} }],
    schema({ table: "notes", primaryKey: "id", indexes: ["title", "[title+at]"] }),
  ]);
  expect(storesOf(tables)).toEqual({ notes: "id, title, [title+at]", zebras: "id" });
  expect(Object.keys(storesOf(tables))).toEqual(["notes", "zebras"]);
  const text = emitTables(tables, [storesOf(tables)]);
  expect(text).toContain('import type { Note, Zebra } from "./types.gen";');
  expect(text).toContain('notes: { row: Note; key: Note["id"] };');
});

test("a mark that does not fit its schema is rejected with the schema's name", () => {
  const bad: [unknown, string][] = [
    [{ table: "notes", primaryKey: "key", indexes: [] }, 'Note: the primary key "key" is not a property'],
    [{ table: "notes", primaryKey: "title", indexes: [] }, 'Note: the primary key "title" must be required'],
    [
      { table: "notes", primaryKey: "id", indexes: ["nope"] },
      'Note: the index "nope" names "nope", which is not a property',
    ],
    [{ table: "notes", primaryKey: "id", indexes: ["[title+nope]"] }, '"nope"'],
    [{ table: "notes", primaryKey: "id", indexes: ["&title"] }, "neither a property nor [a+b]"],
    [{ table: "notes", primaryKey: "id", indexes: ["title", "title"] }, "declared twice"],
    [{ table: "no-tes", primaryKey: "id", indexes: [] }, "x-indexeddb must be"],
    [{ table: "notes" }, "x-indexeddb must be"],
  ];
  for (const [mark, message] of bad) expect(() => collectTables([schema(mark)])).toThrow(message);
});

test("two schemas with one table are rejected", () => {
  const mark = { table: "notes", primaryKey: "id", indexes: [] };
  expect(() => collectTables([schema(mark), ["Other", { ...schema(mark)[1] }]])).toThrow("already belongs to Note");
});

test("a changed schema appends to the history, and an unchanged one does not", () => {
  const first = { notes: "id" };
  expect(extendHistory([], first)).toEqual([first]);
  expect(extendHistory([first], { notes: "id" })).toEqual([first]);
  expect(extendHistory([first], { notes: "id, title" })).toEqual([first, { notes: "id, title" }]);
});

test("the committed history is the runtime's", () => {
  expect(generatedStores.at(-1)).toEqual(history.at(-1));
  expect(generatedStores).toHaveLength(history.length);
  const dropped = emitTables([], [{ old: "id", kept: "id" }, { kept: "id, name" }]);
  expect(dropped).toContain('{\n    old: "id",\n  },\n  {\n    kept: "id, name",\n  },');
});

test("every change of either history raises the version", () => {
  expect(currentSchema([[{ a: "id" }], [{ q: "id" }]])).toEqual({ version: 1, stores: { a: "id", q: "id" } });
  expect(currentSchema([[{ a: "id" }, { a: "id, x" }], [{ q: "id" }]])).toEqual({
    version: 2,
    stores: { a: "id, x", q: "id" },
  });
  expect(
    currentSchema([
      [{ a: "id", gone: "id" }, { a: "id" }],
      [{ q: "id" }, { q: "id, s" }],
    ]),
  ).toEqual({
    version: 3,
    stores: { a: "id", gone: null, q: "id, s" },
  });
});

test("a browser with an older schema upgrades and keeps its rows", async () => {
  const storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  const open = (schemaNow: ReturnType<typeof currentSchema>) => {
    const db = new Dexie("app", storage);
    db.version(schemaNow.version).stores(schemaNow.stores);
    return db;
  };
  const before = open(currentSchema([generatedStores, deviceStores]));
  await before.table("chatSessions").add({ id: "s", projectId: "p", updatedAt: "t" });
  before.close();
  const last = generatedStores.at(-1) ?? {};
  const after = open(
    currentSchema([
      [...generatedStores, { ...last, chatSessions: `${last.chatSessions}, title`, notes: "id" }],
      deviceStores,
    ]),
  );
  expect(await after.table("chatSessions").get("s")).toMatchObject({ projectId: "p" });
  expect(await after.table("chatSessions").where("title").equals("x").count()).toBe(0);
  await after.table("notes").add({ id: "n" });
  after.close();
});
