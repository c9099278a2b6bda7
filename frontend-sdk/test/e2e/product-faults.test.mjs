// AppFrames and Kijko on two devices while the server answers 500, before and after it has stored what it was sent, while the browser has no room, and when
// the user's quota at the server is used up.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { failRequests, limitBrowser } from "./harness/faults.mjs";
import { run } from "./harness/page-script.mjs";
import { buildProductPages, openProduct, PICTURE, picture } from "./harness/product-pages.mjs";
import { storageSettings } from "./harness/storage.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = new TestEnvironment();
/** Room for two pictures at the server. */
const QUOTA = PICTURE.length * 2 + 1_000;
const ROUTES = /\/api\/(sync|assets\/presign|assets)$/;
/** @type {Awaited<ReturnType<typeof buildProductPages>>} */
let pages;

before(async () => {
  pages = await buildProductPages();
  const folders = { LANDFALL_FRONTEND: pages.folder };
  await env.start({ ...storageSettings(), ...folders, LANDFALL_QUOTA_BYTES: String(QUOTA) });
});
afterEach(async () => {
  assert.deepEqual(await env.tearDown(), [], "a page logged an error");
});
after(async () => {
  await env.stop();
  await pages.remove();
});

/** A signed-in device with the page open. @param {"react" | "kijko"} name @param {string} signIn code of the page */
async function open(name, signIn) {
  const device = await env.device();
  device.expected = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|409|413) )/;
  const room = await limitBrowser(device, env.server.url);
  const page = await openProduct(device, env.server.url, name);
  await run(page, signIn);
  return { device, page, room };
}

/** What the server has of a user: the number of living rows, in each table. @param {string} email @param {string[]} tables */
async function stored(email, tables) {
  const id = await env.db.userId(email);
  const counts = tables.map(
    (table) => `(SELECT count(*) FROM ${table}, me WHERE owner = me.key AND deleted_at IS NULL)::int`,
  );
  const [{ all }] = await env.db.query(
    `WITH me AS (SELECT key FROM "user" WHERE id = $1) SELECT ARRAY[${counts}] AS all`,
    [id],
  );
  return all;
}

test(
  "Kijko: 500s store nothing twice, a full browser refuses a write, and a full quota one upload",
  LIMIT,
  async () => {
    const email = "kijko@faults.example";
    const signIn = `await landfall.start(); await landfall.auth.devSignIn({ email: "${email}" }); await sync()`;
    const [one, other] = [await open("kijko", signIn), await open("kijko", signIn)];
    const failing = await failRequests(one.device, { path: ROUTES });
    const assetId = await run(
      one.page,
      `await useChatStore.getState().createSession("Plans");
     await useChatStore.getState().sendMessage("sent once");
     const id = await db.assets.add({ file: ${picture("one.png")}, uploadStatus: "pending" });
     await db.projects.put({ name: "Film", thumbnailAssetId: id });
     return id`,
    );
    await until("requests failed in both ways", failing.hasBoth);
    assert.equal(await run(one.page, "return (await db.chatMessages.toArray())[0].content"), "sent once");
    await failing.end();
    await run(one.page, "await sync()");
    await until("the file is uploaded", () =>
      run(one.page, `return (await db.assetMetadata.get("${assetId}")).syncedAt instanceof Date`),
    );
    assert.deepEqual(await stored(email, ["chat_sessions", "chat_messages", "projects", "assets"]), [1, 1, 1, 1]);
    const rows =
      "[...(await db.chatMessages.toArray()).map(({ content }) => content), ...(await db.projects.toArray()).map(({ name }) => name)]";
    await run(other.page, "await sync()");
    await untilEqual("the other device", () => run(other.page, `return ${rows}`), ["sent once", "Film"]);

    // The browser's room is used up: what the user writes is refused with a reason, and what is stored stays.
    await one.room.fill(one.page);
    const refused = await run(
      one.page,
      `const write = (work) => work().then(() => "stored", ({ code }) => code);
     return [
       await write(() => useChatStore.getState().sendMessage("no room")),
       await write(() => db.projects.put({ name: "No room" })),
       (await db.projects.count()),
     ]`,
    );
    assert.deepEqual(refused, ["storage_full", "storage_full", 1]);
    await one.room.free();
    await run(one.page, `await useChatStore.getState().sendMessage("room again"); await sync()`);
    assert.deepEqual(await stored(email, ["chat_messages", "projects"]), [2, 1]);

    // The user's quota at the server is used up by the third picture. It waits with its reason until there is room.
    const ids = await run(
      one.page,
      `const ids = [];
     for (const file of [${picture("two.png")}, ${picture("three.png")}]) ids.push(await db.assets.add({ file, uploadStatus: "pending" }));
     return ids`,
    );
    const failed = () => run(one.page, 'return db.syncQueue.where("status").equals("failed").toArray()');
    const entry = /** @type {{ assetId: string, error: string }} */ (
      await until("one is refused", async () => (await failed())[0])
    );
    assert.match(entry.error, /quota|room|space/i);
    assert.ok(ids.includes(entry.assetId));
    assert.equal(await run(one.page, `return (await db.assets.get("${entry.assetId}")).file.size`), PICTURE.length);
    await run(one.page, `await db.assets.delete("${assetId}"); await sync()`);
    await env.db.query("UPDATE upload_links SET expires_at = now() - interval '1 day'");
    await run(one.page, `await db.syncQueue.update((await db.syncQueue.toArray())[0].id, { status: "pending" })`);
    await untilEqual("there is room", () => run(one.page, "return db.syncQueue.count()"), 0);
    assert.deepEqual(await stored(email, ["assets"]), [2]);
  },
);

test("AppFrames: 500s store nothing twice, and a full browser and a full quota are told and pass", LIMIT, async () => {
  const email = "appframes@faults.example";
  const signIn = `await app.signIn("${email}"); await app.sync()`;
  const [one, other] = [await open("react", signIn), await open("react", signIn)];
  const failing = await failRequests(one.device, { path: ROUTES });
  const id = await run(
    one.page,
    `await app.library.uploadFiles([${picture("one.png")}]);
     const { id } = await app.landfall.projects.put({ name: "Poster", data: { layers: 0 } });
     for (const layers of [1, 2]) app.persistence.debouncedSave(() => app.landfall.projects.update(id, { data: { layers } }));
     await app.persistence.flush();
     return id`,
  );
  await until("requests failed in both ways", failing.hasBoth);
  const layers = (/** @type {import("playwright-core").Page} */ page) =>
    run(page, `return (await app.landfall.projects.get("${id}"))?.data.layers`);
  assert.equal(await layers(one.page), 2);
  assert.equal(await run(one.page, "return app.library.assets.length"), 1);
  await failing.end();
  await run(one.page, "await app.sync()");
  await until("everything is sent", () =>
    run(one.page, 'return app.library.syncStatus === "synced" && app.library.pendingUploads === 0'),
  );
  assert.deepEqual(await stored(email, ["projects", "assets"]), [1, 1]);
  await run(other.page, "await app.sync(); await app.library.refresh()");
  await untilEqual("the other device", () => layers(other.page), 2);
  await untilEqual("its library", () => run(other.page, "return app.library.assets.length"), 1);

  await one.room.fill(one.page);
  await run(
    one.page,
    `app.persistence.debouncedSave(() => app.landfall.projects.update("${id}", { data: { layers: 3 } })); await app.persistence.flush()`,
  );
  const save = await run(one.page, "return [app.persistence.saveStatus, app.saveFault]");
  assert.deepEqual(save, ["error", "storage_full"]);
  await run(one.page, `await app.library.uploadFiles([${picture("no-room.png")}]).catch(() => {})`);
  await until("the library tells why", () =>
    run(one.page, 'return /room|storage|space/i.test(app.library.error ?? "")'),
  );
  assert.equal(await layers(one.page), 2);
  await one.room.free();
  await run(
    one.page,
    `app.persistence.debouncedSave(() => app.landfall.projects.update("${id}", { data: { layers: 4 } })); await app.persistence.flush(); await app.sync()`,
  );
  await until("the other device has the save", async () => {
    await run(other.page, "await app.sync()");
    return (await layers(other.page)) === 4;
  });

  await run(one.page, `await app.library.uploadFiles([${picture("two.png")}, ${picture("three.png")}])`);
  await until("one is refused", () =>
    run(one.page, 'return app.library.assets.filter(({ syncStatus }) => syncStatus === "error").length === 1'),
  );
  assert.match(
    await run(one.page, 'return app.library.assets.find(({ syncStatus }) => syncStatus === "error").syncError'),
    /quota|room|space/i,
  );
  assert.deepEqual(await stored(email, ["assets"]), [2]);
  await run(
    one.page,
    `await app.library.deleteAsset(app.library.assets.find(({ syncStatus }) => syncStatus === "error")); await app.sync()`,
  );
  await until("it is synced again", () => run(one.page, 'return app.library.syncStatus === "synced"'));
});
