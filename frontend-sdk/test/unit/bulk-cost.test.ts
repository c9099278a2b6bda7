// What many rows cost in IndexedDB, counted. The benchmark (bench/bulk) measures the time against a loop of Dexie; these numbers are why it is near it.

import { expect, onTestFinished, test } from "vitest";
import { EMAIL, TestEnvironment } from "../support/environment";

const ROWS = 1_000;
/** Requests of one edit beside those of its rows: counters and states of the sync. */
const BESIDE = 20;
const WRITES = ["put", "add", "delete", "clear"];
const READS = ["get", "getAll", "getKey", "getAllKeys", "getAllRecords", "count", "openCursor", "openKeyCursor"];

/** Counts the requests and transactions of all databases from now on. */
function counted() {
  const counts = { writes: 0, reads: 0, transactions: 0 };
  const count = (prototype: object, method: string, what: "writes" | "reads") => {
    const original = Reflect.get(prototype, method);
    if (typeof original !== "function") return;
    const counting = function (this: unknown, ...args: unknown[]) {
      counts[what] += 1;
      return original.apply(this, args);
    };
    Object.assign(prototype, { [method]: counting });
    onTestFinished(() => void Object.assign(prototype, { [method]: original }));
  };
  for (const method of WRITES) count(IDBObjectStore.prototype, method, "writes");
  for (const method of READS) for (const { prototype } of [IDBObjectStore, IDBIndex]) count(prototype, method, "reads");
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof transaction>) {
    if (args[1] === "readwrite") counts.transactions += 1;
    return transaction.apply(this, args);
  };
  onTestFinished(() => void Object.assign(IDBDatabase.prototype, { transaction }));
  return counts;
}

test("1,000 rows are one transaction, and a bounded number of requests for each row", async () => {
  const env = new TestEnvironment();
  const counts = counted();
  const tab = await env.signedInTab(EMAIL);
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  const { rules } = tab.landfall.collections;
  const rows = Array.from({ length: ROWS }, (_, index) => ({ id: `r${index}`, name: `Rule ${index}`, content: "x" }));
  await rules.put({ id: "first", name: "First", content: "" });
  await tab.idle();
  /** What is more than this number of writes and reads for each row. */
  const cost = async (writes: number, reads: number, work: () => Promise<unknown>) => {
    Object.assign(counts, { writes: 0, reads: 0, transactions: 0 });
    await work();
    return {
      transactions: counts.transactions,
      writes: counts.writes - writes * ROWS,
      reads: counts.reads - reads * ROWS,
    };
  };
  // A row, its state and its entry of the outbox; a delete also removes the entry before it.
  const costs = [
    await cost(3, 2, () => rules.putMany(rows)),
    await cost(3, 3, () => rules.updateMany(rows.map(({ id }) => ({ key: id, changes: { content: "y" } })))),
    await cost(4, 2, () => rules.deleteMany(rows.map(({ id }) => id))),
  ];
  for (const { transactions, writes, reads } of costs) {
    expect(transactions).toBe(1);
    expect(writes).toBeLessThanOrEqual(BESIDE);
    expect(reads).toBeLessThanOrEqual(BESIDE);
  }
  expect(await tab.browser.database().table("rules").count()).toBe(1);
});
