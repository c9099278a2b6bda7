// LiteChat's way of using its persistence service: stores that are loaded once, whole-row saves, two tabs, two devices, offline and signed out.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until } from "./harness/until.mjs";

const EMAIL = "litechat@harbour.example";
const env = useTestEnvironment();
let script = "";

before(async () => {
  const entry = fileURLToPath(new URL("harness/litechat-page.mjs", import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "page" } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  assert.ok(first && "output" in first);
  script = first.output[0].code;
});

/** Opens the application in a new tab. @param {import("./harness/browser.mjs").Device} device */
async function open(device) {
  const page = await device.context.newPage();
  await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  await page.goto(`${env.server.url}/icon.svg`);
  await page.evaluate(script);
  await page.evaluate("window.app = new LiteChat()");
  return page;
}

/** @template T @param {import("playwright-core").Page} page @param {string} code @returns {Promise<T>} */
const run = (page, code) => page.evaluate(`(async () => { ${code} })()`);

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

  // The next start of the device is offline.
  await one.close();
  await one.reopen();
  const again = await open(one);
  await one.setOffline(true);
  await run(again, "await app.start()");
  assert.deepEqual(await run(again, "return app.stored()"), after);
});
