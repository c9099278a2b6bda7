// The database of the market's earlier client is taken over: what was pending is created once, and the database stays as it is.

import { describe, expect, onTestFinished, test } from "vitest";
import { type AssistantMarket, createAssistantMarket } from "../../src/compat/assistants";
import { type Browser, EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { ASSISTANTS } from "../support/kinds";

const NAME = "AssistantMarketDB";
const DATA = { title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." };
const CREATED = Date.parse("2025-11-20T10:00:00.000Z");

/** A pending assistant as version 2 has it. */
const pending = (tempId: string, data: object = DATA) => ({ tempId, data, createdAt: CREATED, retryCount: 2 });

/** Creates the database as the earlier client did. */
async function createOld(browser: Browser, version: 1 | 2, cached: object[], waiting: object[] = []): Promise<void> {
  const opening = browser.storage.indexedDB.open(NAME, version);
  opening.onupgradeneeded = () => {
    const assistants = opening.result.createObjectStore("assistants", { keyPath: "id" });
    for (const index of ["status", "author", "createdAt", "cachedAt"]) assistants.createIndex(index, index);
    if (version === 2) opening.result.createObjectStore("pending_assistants", { keyPath: "tempId" });
  };
  const db = await resultOf(opening);
  const tables = [...db.objectStoreNames];
  const transaction = db.transaction(tables, "readwrite");
  for (const row of cached) transaction.objectStore("assistants").put(row);
  for (const row of waiting) transaction.objectStore("pending_assistants").put(row);
  await new Promise((resolve) => transaction.addEventListener("complete", resolve));
  db.close();
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

/** What the database has, with its version. */
async function readOld(browser: Browser): Promise<unknown> {
  const db = await resultOf(browser.storage.indexedDB.open(NAME));
  const read = (table: string) => resultOf(db.transaction(table).objectStore(table).getAll());
  const all = { version: db.version, rows: await Promise.all([...db.objectStoreNames].map(read)) };
  db.close();
  return all;
}

function marketOf(tab: Tab): AssistantMarket {
  const market = createAssistantMarket(tab.landfall, { autoStart: false });
  onTestFinished(() => market.close());
  return market;
}

async function start() {
  const env = new TestEnvironment();
  const browser = env.browser();
  const tab = browser.tab();
  await tab.signIn();
  const live = () => Object.values(env.server.userData(EMAIL).live(ASSISTANTS));
  /** Advances the clock until everything is sent. */
  const sent = () => tab.untilSent();
  return { env, browser, tab, market: marketOf(tab), live, sent };
}

test("without the database there is nothing, and none is made", async () => {
  const { browser, market } = await start();
  expect(await market.previewOldDatabase()).toBeNull();
  expect(await market.adopt()).toEqual({ created: 0, skipped: 0, refused: [] });
  expect((await browser.storage.indexedDB.databases()).map(({ name }) => name)).not.toContain(NAME);
});

describe("version 2", () => {
  const rows = [
    pending("pending-1-a", {
      ...DATA,
      tags: ["sea"],
      category: "travel",
      status: "published",
      author: "Ada",
      id: "old",
    }),
    pending("pending-2-b", { ...DATA, title: "Second", emoji: "", tags: null, status: "draft" }),
    pending("pending-3-c", { ...DATA, title: "" }),
    { tempId: "pending-4-d", data: "damaged" },
  ];

  test("is previewed, and what is pending becomes creates", async () => {
    const { browser, tab, market, live, sent } = await start();
    await createOld(browser, 2, [], rows);
    const before = await readOld(browser);
    expect(await market.previewOldDatabase()).toEqual({
      version: 2,
      cached: 0,
      pending: ["Tide tables", "Second", ""].map((title, index) => ({
        tempId: `pending-${index + 1}-${"abc"[index]}`,
        title,
        createdAt: CREATED,
      })),
      taken: 0,
    });
    expect(await tab.landfall.assistants.list()).toEqual([]);
    await tab.landfall.connectivity.simulateOffline(true);
    expect(await market.adopt()).toEqual({
      created: 2,
      skipped: 0,
      refused: [{ tempId: "pending-3-c", errors: [{ pointer: "/title", message: "It must not be empty." }] }],
    });
    expect((await market.getPendingAssistants()).map(({ tempId, retryCount }) => [tempId, retryCount])).toEqual([
      ["pending-1-a", 0],
      ["pending-2-b", 0],
    ]);
    expect(await tab.landfall.assistants.list()).toMatchObject([
      { createdAt: "2025-11-20T10:00:00.000Z" },
      { createdAt: "2025-11-20T10:00:00.000Z" },
    ]);
    await tab.landfall.connectivity.simulateOffline(false);
    await sent();
    const stored = live().sort((one, other) => (String(one.title) < String(other.title) ? 1 : -1));
    expect(stored).toMatchObject([
      { tempId: "pending-1-a", tags: ["sea"], category: ["travel"], status: "pending", emoji: "🤖" },
      { tempId: "pending-2-b", title: "Second", tags: [], status: "draft", emoji: "🤖" },
    ]);
    expect(await readOld(browser)).toEqual(before);
  });

  test("makes no doubles: repeated, in two tabs at once, and after a delete", async () => {
    const { browser, tab, market, live, sent } = await start();
    await createOld(browser, 2, [], [pending("pending-1-a")]);
    const other = browser.tab();
    await other.landfall.start();
    await other.idle();
    const both = await Promise.all([market.adopt(), marketOf(other).adopt()]);
    expect(both.map(({ created }) => created).sort()).toEqual([0, 1]);
    await sent();
    expect(await market.adopt()).toEqual({ created: 0, skipped: 1, refused: [] });
    expect(await market.previewOldDatabase()).toMatchObject({ pending: [], taken: 1 });
    expect(live()).toHaveLength(1);
    const [row] = await tab.landfall.assistants.list();
    await tab.landfall.assistants.delete(row?.id ?? "");
    await sent();
    expect(await market.adopt()).toMatchObject({ created: 0 });
    await sent();
    expect([live(), await tab.landfall.assistants.list()]).toEqual([[], []]);
  });

  test("has the same id on every device, which the server takes once", async () => {
    const { env, browser, tab, market, live, sent } = await start();
    await createOld(browser, 2, [], [pending("pending-1-a")]);
    await market.adopt();
    await sent();
    const [first] = await tab.landfall.assistants.list();
    // The browser's data is lost, apart from the old database of a backup.
    const fresh = env.browser();
    await createOld(fresh, 2, [], [pending("pending-1-a")]);
    const second = fresh.tab();
    await second.signIn();
    await second.landfall.connectivity.simulateOffline(true);
    await marketOf(second).adopt();
    await second.landfall.connectivity.simulateOffline(false);
    await second.untilSent();
    expect([live().length, (await second.landfall.assistants.list()).map(({ id }) => id)]).toEqual([1, [first?.id]]);
  });

  test("is taken by one user", async () => {
    const { env, browser, tab, market } = await start();
    await createOld(browser, 2, [], [pending("pending-1-a")]);
    expect(await market.adopt()).toMatchObject({ created: 1 });
    await tab.untilSent();
    await tab.landfall.auth.signOut();
    await expect(market.adopt()).rejects.toMatchObject({ code: "not_signed_in" });
    await tab.signIn("ben@example.org");
    expect(await market.previewOldDatabase()).toMatchObject({ pending: [], taken: 1 });
    expect(await market.adopt()).toMatchObject({ created: 0, skipped: 1 });
    expect(env.server.userData("ben@example.org").live(ASSISTANTS)).toEqual({});
  });
});

test("version 1 has no pending assistants, and what it had read is shown for 7 days", async () => {
  const { env, browser, tab, market } = await start();
  const row = { ...env.server.market.publish("V1StGXR8_Z5jdHi6B-myT", "Harbour"), cachedAt: env.clock.now() };
  const old = { ...row, id: "W1StGXR8_Z5jdHi6B-myT", cachedAt: env.clock.now() - 8 * 24 * 3_600_000 };
  await createOld(browser, 1, [row, old, { id: "damaged" }]);
  expect(await market.previewOldDatabase()).toEqual({ version: 1, cached: 3, pending: [], taken: 0 });
  expect(await market.adopt()).toEqual({ created: 0, skipped: 0, refused: [] });
  await tab.landfall.connectivity.simulateOffline(true);
  expect(await market.assistantApiClient.getById(row.id)).toMatchObject({ title: "Harbour", author: "Ben" });
  await expect(market.assistantApiClient.getById(old.id)).rejects.toMatchObject({ code: "offline" });
  expect(await tab.landfall.assistants.list()).toEqual([]);
});
