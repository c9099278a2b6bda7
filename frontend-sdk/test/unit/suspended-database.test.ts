// A tab that is about to be frozen closes its databases. A query that begins afterwards must not open them again: the frozen tab would keep a newer version
// of the application from opening its own.

import { Dexie } from "dexie";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, onTestFinished, test } from "vitest";
import { DeviceDatabase } from "../../src/store/database";

function setUp() {
  const storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  const db = new DeviceDatabase("app", storage);
  const newer = new Dexie("app.device", storage);
  newer.version(2).stores({ appState: "key", more: "id" });
  onTestFinished(() => {
    db.close();
    newer.close();
  });
  return { db, newer };
}

test("a query of a suspended database waits, a newer version opens, and the query ends when the tab goes on", async () => {
  const { db, newer } = setUp();
  await db.appState.put({ key: "before", value: 1 });
  db.suspend();
  let hasEnded = false;
  const written = db.appState.put({ key: "after", value: 2 }).then(() => {
    hasEnded = true;
  });
  const read = db.transaction("r", db.appState, () => db.appState.get("before"));
  await newer.open();
  expect(await newer.table("appState").toCollection().primaryKeys()).toEqual(["before"]);
  expect(hasEnded).toBe(false);
  newer.close();
  db.resume?.();
  await written;
  expect(await read).toEqual({ key: "before", value: 1 });
  expect(await db.appState.toCollection().primaryKeys()).toEqual(["after", "before"]);
});

test("a database may be suspended again, and a resume without a suspension changes nothing", async () => {
  const { db } = setUp();
  db.resume?.();
  for (const value of [1, 2, 3]) {
    db.suspend();
    db.suspend();
    const written = db.appState.put({ key: "one", value });
    db.resume?.();
    await written;
    expect((await db.appState.get("one"))?.value).toBe(value);
  }
});
