// AppFrames and Kijko in a real browser on two devices: React in StrictMode with Suspense, the media library, and the documents' snippets as they are
// written.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { run } from "./harness/page-script.mjs";
import { buildProductPages, openProduct, PICTURE, picture } from "./harness/product-pages.mjs";
import { storageSettings } from "./harness/storage.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = new TestEnvironment();
/** @type {Awaited<ReturnType<typeof buildProductPages>>} */
let pages;

before(async () => {
  pages = await buildProductPages();
  await env.start({ ...storageSettings(), LANDFALL_FRONTEND: pages.folder });
});
afterEach(async () => {
  assert.deepEqual(await env.tearDown(), [], "a page logged an error");
});
after(async () => {
  await env.stop();
  await pages.remove();
});

/** @param {import("./harness/browser.mjs").Device} device @param {"react" | "kijko"} name */
const open = (device, name) => openProduct(device, env.server.url, name);

/** The text of an element; `null` where there is none. @param {import("playwright-core").Page} page @param {string} id */
const textOf = (page, id) => page.evaluate((id) => document.getElementById(id)?.textContent ?? null, id);

test(
  "React: Suspense hooks under StrictMode show a fallback once, follow their rows, and keep the screen in a transition",
  LIMIT,
  async () => {
    const page = await open(await env.device(), "react");
    await untilEqual("a guest's lists", () => textOf(page, "lists"), "|");
    assert.equal(await run(page, "return app.fallbacks <= 2"), true, "StrictMode mounts a fallback twice at most");
    const { fallbacks } = await run(page, "return { fallbacks: app.fallbacks }");
    const [one, two] = await run(
      page,
      `const ids = [];
     for (const title of ["One", "Two"]) {
       const { id } = await app.landfall.chat.createSession({ title });
       await app.landfall.chat.send(id, { role: "user", content: "in " + title });
       ids.push(id);
     }
     await app.landfall.projects.put({ name: "Poster" });
     return ids`,
    );
    await untilEqual("the rows of this page", () => textOf(page, "lists"), "Two,One|Poster");
    await run(page, `app.open("${one}")`);
    await untilEqual("the first chat", () => textOf(page, "messages"), "in One");
    await run(page, `app.open("${two}")`);
    await untilEqual("the second chat", () => textOf(page, "messages"), "in Two");
    assert.equal(await run(page, "return app.fallbacks"), fallbacks, "a transition shows no fallback");
    const renders = await run(page, "return app.renders");
    assert.ok(Number(renders) < 100, `${renders} renders`);

    // Another user's rows take the place of the guest's.
    await run(page, 'await app.signIn("suspense@products.example"); await app.sync()');
    await untilEqual("the user's lists", () => textOf(page, "lists"), "|");
    await run(
      page,
      'await app.landfall.collections.tags.list(); await app.landfall.chat.createSession({ title: "Mine" })',
    );
    await untilEqual("the user's chat", () => textOf(page, "lists"), "Mine|");
  },
);

test("AppFrames: pictures with thumbnails and delayed saves, offline and on two devices", LIMIT, async () => {
  const email = "appframes@products.example";
  const [one, other] = [await env.device(), await env.device()];
  const first = await open(one, "react");
  await run(first, `await app.signIn("${email}"); await app.sync()`);
  await one.setOffline(true);
  await until("it is offline", () => run(first, 'return app.library.syncStatus === "offline"'));
  await run(first, `await app.library.uploadFiles([${picture("harbour.png")}])`);
  const drawn = first.locator("#gallery img");
  await until(
    "the thumbnail is drawn",
    async () => (await drawn.count()) === 1 && drawn.evaluate((image) => Reflect.get(image, "naturalWidth") === 320),
  );
  assert.match((await drawn.getAttribute("src")) ?? "", /^data:image\/webp;base64,/);
  const id = await run(
    first,
    `const { id } = await app.landfall.projects.put({ name: "Poster", data: { layers: 0 } });
     for (const layers of [1, 2, 3]) app.persistence.debouncedSave(() => app.landfall.projects.update(id, { data: { layers } }));
     return id`,
  );
  await until("it is saved", () => run(first, `return (await app.landfall.projects.get("${id}")).data.layers === 3`));
  await one.setOffline(false);
  await until("it is synced", () =>
    run(first, 'return app.library.syncStatus === "synced" && app.library.pendingUploads === 0'),
  );

  const second = await open(other, "react");
  await run(second, `await app.signIn("${email}"); await app.library.refresh()`);
  await until("the other device lists the picture", () =>
    run(second, 'return app.library.assets[0]?.syncStatus === "synced" && app.library.assets[0].width === 340'),
  );
  assert.equal(
    await run(
      second,
      "return (await app.library.assets.length) && (await app.landfall.assets.file(app.library.assets[0].cloudId)).size",
    ),
    PICTURE.length,
  );
  await until("it has a thumbnail of its own", () =>
    run(second, "return app.library.assets[0].thumbnailUrl !== undefined"),
  );

  // Of two changes the last to arrive stays, as the policy says. A save waits for no pause when the page is left.
  await run(second, `await app.landfall.projects.update("${id}", { data: { layers: 4 } }); await app.sync()`);
  await one.setOffline(true);
  await run(
    first,
    `app.persistence.debouncedSave(() => app.landfall.projects.update("${id}", { data: { layers: 5 } }))`,
  );
  await run(first, 'dispatchEvent(new Event("pagehide")); await app.persistence.flush()');
  await one.setOffline(false);
  await run(first, "await app.sync()");
  await run(second, "await app.sync()");
  for (const page of [first, second])
    assert.equal(await run(page, `return (await app.landfall.projects.get("${id}")).data.layers`), 5);
  await run(second, "await app.library.deleteAsset(app.library.assets[0]); await app.sync()");
  await until("it is gone from the other device", () => run(first, "return app.library.assets.length === 0"));
});

test(
  "Kijko: the documents' snippets run as they are written, and a second device has projects, preferences and thumbnails",
  LIMIT,
  async () => {
    const email = "kijko@products.example";
    const [one, other] = [await env.device(), await env.device()];
    const first = await open(one, "kijko");
    await run(first, `await landfall.start(); await landfall.auth.devSignIn({ email: "${email}" }); await sync()`);
    await run(
      first,
      `await useChatStore.getState().createSession("Plans");
     await preferences.set("theme", "dark");
     await sync();
     // 1. User login
     const syncData = await fetch('/api/sync/init').then(r => r.json());
     for (const session of syncData.sessions) {
       await db.chatSessions.put({ ...session, syncedAt: new Date() });
     }
     useChatStore.setState({ sessions: syncData.sessions });
     // 2. Send chat message
     const tempId = \`temp-\${Date.now()}\`;
     const message = { id: tempId, content: "hello", role: 'user', createdAt: new Date() };
     useChatStore.setState(state => ({
       messages: [...state.messages, message]
     }));
     await db.chatMessages.add(message);
     setTimeout(() => syncMessages(), 2000);`,
    );
    await until("the message is sent, once", () =>
      run(
        first,
        "const rows = await db.chatMessages.toArray(); return rows.length === 1 && rows[0].syncedAt instanceof Date",
      ),
    );
    assert.equal(await run(first, "return useChatStore.getState().messages.length"), 1);

    const assetId = await run(
      first,
      `const file = ${picture("thumbnail.png")};
     // 3. Upload asset
     const assetId = crypto.randomUUID();
     await db.assets.add({
       id: assetId,
       file: file, // Blob
       uploadStatus: 'pending'
     });
     await db.syncQueue.add({
       id: crypto.randomUUID(),
       type: 'upload',
       assetId,
       status: 'pending',
       attempts: 0
     });
     await landfall.projects.put({ name: "Film", data: { cuts: 3 }, thumbnailAssetId: assetId });
     return assetId`,
    );
    await until("it is uploaded", () =>
      run(first, `return (await db.assetMetadata.get("${assetId}")).uploadStatus === "completed"`),
    );
    // The worker's snippet, and the start and stop of this page's uploads.
    await run(
      first,
      `await syncService.stopSyncWorker();
     window.held = await syncService.uploadAsset(new File(["held back"], "held.txt", { type: "text/plain" }));
     await useChatStore.getState().sendMessage("sent while uploads are stopped");`,
    );
    await until("chat goes on", () =>
      run(first, "return (await db.chatMessages.filter(({ syncedAt }) => syncedAt === null).count()) === 0"),
    );
    const held = await run(
      first,
      `const pending = await db.syncQueue
       .where('status').equals('pending')
       .and(item => item.nextRetryAt <= new Date())
       .toArray();
     return pending.map(item => item.assetId === held)`,
    );
    assert.deepEqual(held, [true]);
    await run(first, "await syncService.startSyncWorker(); await sync()");

    const second = await open(other, "kijko");
    await run(
      second,
      `projects.subscribe(() => {}); await landfall.start(); await landfall.auth.devSignIn({ email: "${email}" })`,
    );
    await untilEqual(
      "the projects of the first answer or the pull",
      () => run(second, "return projects.get()?.map(({ name }) => name)"),
      ["Film"],
    );
    assert.deepEqual(await run(second, "return preferences.get()"), { theme: "dark" });
    await run(second, "thumbnails()");
    await until("the thumbnail is here ahead", () =>
      run(second, `return (await landfall.assets.get("${assetId}"))?.onDevice === true`),
    );
    const size = await run(
      second,
      `await db.assets.update("${assetId}", { file: undefined }); // Remove blob
     const assetId = "${assetId}";
     // 4. Download asset
     const cached = await db.assets.get(assetId);
     if (cached?.file) return cached.file;
     const { url } = await fetch('/api/assets/presign', {
       method: 'POST',
       body: JSON.stringify({ assetIds: [assetId], operation: 'download' })
     }).then(r => r.json());
     const blob = await fetch(url).then(r => r.blob());
     await db.assets.put({ id: assetId, file: blob });
     return (await db.assets.get(assetId)).file.size === blob.size && blob.size`,
    );
    assert.equal(size, PICTURE.length);
    const quota = await run(second, "return quota.look()");
    assert.equal(quota.level, "ok");
    assert.ok(quota.usage > 0 && quota.quota > quota.usage);
  },
);
