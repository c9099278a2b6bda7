// A browser that refuses to store, or that throws away what it has stored. The person is told, and what can go on goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { Api } from "./harness/api.mjs";
import { launchOptions } from "./harness/browser.mjs";
import { Demo } from "./harness/demo.mjs";
import { FilesPage } from "./harness/files.mjs";
import { noisyPng, sha256 } from "./harness/pictures.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };
/** What Chromium takes when it needs room, or when a person deletes a site's data and not its cookies. */
const EVICTED = "indexeddb";

test(
  "a tab whose data the browser deletes during a pull gets all of it from the server, and sends what is written then",
  LIMIT,
  async () => {
    const email = "evicted@harbour.example";
    const api = await Api.signIn(env.server, email);
    const { id: sessionId } = await api.send("POST", "/api/chat/sessions", { title: "Long" });
    const createdAt = new Date().toISOString();
    const messages = Array.from({ length: 300 }, (_, index) => {
      return { sessionId, role: "user", content: `line ${index}`, createdAt };
    });
    for (const from of [0, 100, 200])
      await api.send("POST", "/api/chat/messages/batch", { messages: messages.slice(from, from + 100) });

    const device = await env.device();
    const demo = await device.tab();
    const second = await holdPage(device, 2);
    await demo.signIn(email);
    await second.asked;
    const browser = await demo.page.context().newCDPSession(demo.page);
    await browser.send("Storage.clearDataForOrigin", { origin: env.server.url, storageTypes: EVICTED });
    second.release();
    const userId = await env.db.userId(email);
    await untilEqual("all rows are there again", async () => (await rowsOf(demo, userId)).length, 300);
    await demo.page.goto(`${env.server.url}/#/s/${sessionId}`);
    await demo.write("Written afterwards");
    await untilEqual("it is sent", () => demo.pill(), DONE);
    assert.equal((await env.db.texts(email)).at(-1), "Written afterwards");
  },
);

/** Holds the page of changes with this number. @param {import("./harness/browser.mjs").Device} device @param {number} number */
async function holdPage(device, number) {
  let pages = 0;
  const [asked, released] = [deferred(), deferred()];
  await device.context.route(/\/api\/sync\/changes/, async (route) => {
    pages += 1;
    if (pages === number) {
      asked.resolve();
      await released.promise;
    }
    await route.continue();
  });
  return { asked: asked.promise, release: released.resolve };
}

function deferred() {
  let resolve = () => {};
  /** @type {Promise<void>} */
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The messages that the device has, none where it has no tables yet. @param {import("./harness/demo.mjs").Demo} demo @param {string} userId */
async function rowsOf(demo, userId) {
  return demo.tables(userId).then(
    ({ messages }) => messages,
    () => [],
  );
}

test("where the browser lets no site store anything, the app tells it", LIMIT, async () => {
  const device = await env.device();
  await device.refuseStorage();
  const demo = await device.tab();
  await demo.find("sign-in-email").fill("refused@harbour.example");
  await demo.find("sign-in-submit").click();
  await demo.page.locator(".problem", { hasText: "doesn't let the app store data" }).waitFor();
  // The page reports it too, once.
  const [reported, ...others] = device.errors.splice(0);
  assert.match(reported ?? "", /doesn't let the app store data/);
  assert.deepEqual(others, []);
});

test("a private window syncs, and keeps files elsewhere where the file system refuses", LIMIT, async (context) => {
  const email = "private@harbour.example";
  const browser = await chromium.launch(launchOptions());
  context.after(() => browser.close());
  const window = await browser.newContext();
  await window.addInitScript(refuseFileSystem);
  const demo = new Demo(await window.newPage(), env.server.url);
  await demo.open();
  await demo.signIn(email);
  await demo.newSession();
  await demo.write("In private");
  await untilEqual("it is sent", () => demo.pill(), DONE);
  const picture = { name: "harbour.png", buffer: noisyPng(300, 7) };
  const files = await FilesPage.open(demo);
  await files.add([picture]);
  await untilEqual("it is uploaded", () => files.states(), { [picture.name]: "synced" });
  assert.equal(await files.download(picture.name), sha256(picture.buffer));
  assert.deepEqual(await env.db.texts(email), ["In private"]);
});

/** Runs in the page: private windows of Firefox have the file system by name, and refuse at each call. */
function refuseFileSystem() {
  StorageManager.prototype.getDirectory = () =>
    Promise.reject(new DOMException("Security error when calling GetDirectory", "SecurityError"));
}
