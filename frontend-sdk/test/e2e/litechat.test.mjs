// LiteChat's way of using its persistence service: stores that are loaded once, whole-row saves, two tabs, two devices, offline and signed out.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { failRequests, limitBrowser } from "./harness/faults.mjs";
import { buildScript, openScript, run } from "./harness/page-script.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const EMAIL = "litechat@harbour.example";
const env = useTestEnvironment();
let script = "";

before(async () => {
  script = await buildScript("litechat-page.mjs");
});

/** Opens the application in a new tab. @param {import("./harness/browser.mjs").Device} device */
async function open(device) {
  const page = await openScript(device, env.server.url, script);
  await run(page, "globalThis.app = new LiteChat()");
  return page;
}

test("nothing is lost and nothing is brought back, on two tabs and two devices", LIMIT, async (context) => {
  const [one, other] = [await env.device(), await env.device()];
  const first = await open(one);
  await one.setOffline(true);
  const ms = await run(first, "return app.start()");
  context.diagnostic(`start of a guest without a network: ${Math.round(Number(ms))} ms`);
  await run(first, 'await app.ask("a"); await app.regenerate("a", "Second."); await app.ask("b")');
  const before = ["Chat a: Second. of 2", "Chat b: First. of 1"];
  assert.deepEqual(await run(first, "return app.stored()"), before);
  await one.setOffline(false);
  await run(first, `await app.signIn("${EMAIL}")`);
  assert.deepEqual(await run(first, "return app.stored()"), before);

  const second = await open(other);
  await run(second, `await app.signIn("${EMAIL}"); await app.start()`);
  assert.deepEqual(await run(second, "return app.stored()"), before);
  const tab = await open(one);
  await run(tab, "await app.start()");

  // One tab renames a chat. The other tab and the other device have its old title in every later save.
  await run(first, 'await app.change("a", { title: "Renamed" }); await app.sync()');
  await until("the other device was told", () => run(second, "return app.told > 0"));
  await until("the other tab was told", () => run(tab, "return app.told > 0"));
  await run(second, 'await app.change("a", { metadata: { tools: ["search"] } }); await app.regenerate("a", "Third.")');
  await run(second, "await app.sync()");
  await run(tab, 'await app.change("a", { pinned: true }); await app.sync()');
  const after = ["Renamed: Third. of 3", "Chat b: First. of 1"];
  for (const page of [first, tab, second]) {
    await run(page, "await app.sync()");
    assert.deepEqual(await run(page, "return app.stored()"), after);
  }
  const members = await run(
    first,
    "return (await app.service.loadConversations()).map(({ metadata, pinned }) => ({ metadata, pinned }))",
  );
  assert.ok(JSON.stringify(members).includes('{"metadata":{"tools":["search"]},"pinned":true}'));

  // One device deletes a chat. The stores of the others have it, and save it again as it was.
  await run(first, 'await app.service.deleteConversation("b"); await app.sync()');
  for (const page of [second, tab]) await run(page, 'await app.sync(); await app.saveAgain("b")');
  for (const page of [first, tab, second, first]) await run(page, "await app.sync()");
  const left = after.slice(0, 1);
  for (const page of [first, tab, second]) assert.deepEqual(await run(page, "return app.stored()"), left);

  // The next start of the device is offline.
  await one.close();
  await one.reopen();
  const again = await open(one);
  await one.setOffline(true);
  await run(again, "await app.start()");
  assert.deepEqual(await run(again, "return app.stored()"), left);
});

test("a start waits for no answer of the server, and a sign-out leaves nothing in sight", LIMIT, async () => {
  const device = await env.device();
  const first = await open(device);
  await run(
    first,
    'await app.signIn("start@harbour.example"); await app.start(); await app.ask("a"); await app.sync()',
  );
  await first.close();

  // The server takes requests and never answers, as behind a hotel's gateway.
  await device.context.route("**/api/**", () => {});
  const page = await open(device);
  await run(page, "await app.start()");
  assert.deepEqual(await run(page, "return app.stored()"), ["Chat a: First. of 1"]);
  await run(page, 'await app.regenerate("a", "Second.")');
  await device.context.unroute("**/api/**");
  await page.reload();
  await page.evaluate(script);
  await run(page, "globalThis.app = new LiteChat(); await app.start(); await app.sync()");
  const mine = ["Chat a: Second. of 2"];
  assert.deepEqual(await run(page, "return app.stored()"), mine);

  await run(page, "await app.landfall.auth.signOut()");
  assert.deepEqual(await run(page, "return app.stored()"), []);
  await run(page, 'app.forget(); await app.ask("guest")');
  assert.deepEqual(await run(page, "return app.stored()"), ["Chat guest: First. of 1"]);
  await run(page, 'await app.signIn("start@harbour.example"); await app.load()');
  assert.deepEqual(await run(page, "return app.stored()"), [...mine, "Chat guest: First. of 1"]);
});

test("500s store nothing twice, and a full browser refuses a save by its name and keeps the rest", LIMIT, async () => {
  const email = "faults@harbour.example";
  const [one, other] = [await env.device(), await env.device()];
  const room = await limitBrowser(one, env.server.url);
  const [first, second] = [await open(one), await open(other)];
  for (const page of [first, second]) await run(page, `await app.signIn("${email}"); await app.start()`);
  const failing = await failRequests(one, { path: /\/api\/sync$/ });
  await run(first, 'await app.ask("a"); await app.regenerate("a", "Second.")');
  await until("pushes failed in both ways", failing.hasBoth);
  const both = ["Chat a: Second. of 2"];
  assert.deepEqual(await run(first, "return app.stored()"), both);
  await failing.end();
  for (const page of [first, second]) await run(page, "await app.sync()");
  await untilEqual("the other device has each row once", () => run(second, "return app.stored()"), both);

  await room.fill(first);
  const names = await run(
    first,
    `const write = (work) => work().then(() => "stored", ({ name }) => name);
     return [
       await write(() => app.change("a", { title: "No room" })),
       await write(() => app.service.saveSetting("theme", "dark")),
       await app.service.loadSetting("theme", "light"),
     ]`,
  );
  assert.deepEqual(names, ["QuotaExceededError", "QuotaExceededError", "light"]);
  assert.deepEqual(await run(first, "return app.stored()"), both);
  // The other device writes meanwhile, which this one can't store yet.
  await run(second, 'await app.ask("b"); await app.sync()');
  await room.free();
  // The store kept what it could not save, and saves it as a whole.
  await run(first, 'await app.saveAgain("a"); await app.sync()');
  const all = ["No room: Second. of 2", "Chat b: First. of 1"];
  for (const page of [first, second])
    await untilEqual("both devices", () => run(page, "await app.sync(); return app.stored()"), all);
});

// A debug build of the server stores such a file slowly.
const LARGE = { timeout: 240_000 };

test("a file of 30 MB in a prompt comes back equal, on the same device and on another one", LARGE, async () => {
  const [one, other] = [await env.device(), await env.device()];
  const [first, second] = [await open(one), await open(other)];
  const email = "attached@harbour.example";
  for (const page of [first, second]) await run(page, `await app.signIn("${email}"); await app.start()`);
  await run(first, 'await app.ask("a"); await app.attach("a", 30_000_000)');
  /** @param {import("playwright-core").Page} page @returns {Promise<string>} the digests of the contents */
  const digests = (page) => run(page, 'await app.load(); return (await app.digests("a")).join()');
  const expected = await run(first, 'return (await app.digests("a")).join()');
  assert.match(String(expected), /^[0-9a-f]{64} 40000000 photo.jpg,[0-9a-f]{64} 9 note.md$/);
  assert.equal(await digests(first), expected);
  await run(first, "await app.sync()");
  await until("the file is at the server", async () => {
    await run(second, "await app.sync()");
    return (await digests(second)) === expected;
  });
  // A save of the other device's store, and an offline start of the first one.
  await run(second, 'await app.regenerate("a", "Second."); await app.sync()');
  await one.setOffline(true);
  assert.equal(await digests(first), expected);
});
