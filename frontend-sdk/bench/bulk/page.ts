// The page of the benchmark: many rows written by the client, and by a loop of Dexie into the same table, in milliseconds.

import { createLandfall } from "@landfall/client";
import Dexie from "dexie";

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `row-${index}`,
    name: `Rule ${index}`,
    content: `Answer ${index}. `.padEnd(300, "The tide turns at six. "),
    type: index % 2 ? "system" : "before",
    createdAt: "2026-06-01T08:00:00.000Z",
    updatedAt: "2026-06-01T08:00:00.000Z",
  }));

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The client, as a guest: rows, states and entries of the outbox. */
async function ofClient(count: number) {
  const landfall = createLandfall({ name: `bench-${Date.now()}`, guest: true });
  await landfall.start();
  const { rules } = landfall.collections;
  const rows = rowsOf(count);
  await rules.put({ ...rowsOf(1)[0], id: "first", name: "First", content: "" });
  const put = await timed(() => rules.putMany(rows));
  const update = await timed(() => rules.updateMany(rows.map(({ id }) => ({ key: id, changes: { type: "after" } }))));
  const read = await timed(() => rules.where("type").equals("after").list());
  const remove = await timed(() => rules.deleteMany(rows.map(({ id }) => id)));
  await landfall.close();
  return { put, update, read, remove };
}

/** Dexie's own loop in one transaction, into a table with the same indexes and as durable. */
async function ofDexie(count: number) {
  const db = new Dexie(`loop-${Date.now()}`, { chromeTransactionDurability: "strict" });
  db.version(1).stores({ rules: "id, name, type, createdAt, updatedAt" });
  const table = db.table("rules");
  const rows = rowsOf(count);
  await table.put({ id: "first" });
  const loop = (each: (row: { id: string }) => PromiseLike<unknown>) =>
    db.transaction("rw", table, async () => {
      for (const row of rows) await each(row);
    });
  const put = await timed(() => loop((row) => table.put(row)));
  const update = await timed(() => loop(({ id }) => table.update(id, { type: "after" })));
  const read = await timed(() => table.where("type").equals("after").toArray());
  const remove = await timed(() => loop(({ id }) => table.delete(id)));
  await db.delete();
  return { put, update, read, remove };
}

Object.assign(window, { ofClient, ofDexie });
