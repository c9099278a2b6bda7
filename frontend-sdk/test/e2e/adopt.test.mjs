// Data that earlier versions of LiteChat and AppFrames left in a browser: taken over once, with the files of OPFS, and seen by another device.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { buildScript, openScript, run } from "./harness/page-script.mjs";
import { noisyPng, sha256 } from "./harness/pictures.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const EMAIL = "adopt@harbour.example";
const env = useTestEnvironment();
const picture = noisyPng(64, 1);
let script = "";

before(async () => {
  script = await buildScript("adopt-page.mjs");
});

/** @typedef {import("../../src/compat/adopt").AdoptionReport} Report */

test("what LiteChat and AppFrames have is taken over once, and another device has it", LIMIT, async (context) => {
  const [one, other] = [await env.device(), await env.device()];
  const page = await openScript(one, env.server.url, script);
  await run(page, `await page.writeLiteChat(); await page.writeAppFrames("${picture.toString("base64")}")`);
  const left = await run(page, "return page.leftOver()");

  // The application's new version, signed out and without a network.
  await one.setOffline(true);
  const start = `globalThis.app = new page.LiteChat(); globalThis.old = page.takeovers(app.landfall);`;
  await run(page, `${start} await app.start()`);
  const previews = await reportsOf(page, "return Promise.all(old.map((one) => one.preview()))");
  const codes = previews.flatMap(({ odd }) => odd.map(({ table, code }) => `${table} ${code}`));
  const expected = ["interactions no_json", "interactions orphan", "conversations invalid_unicode"];
  expected.push("conversations number_as_key", "assets file_missing");
  assert.deepEqual([...new Set(codes)].sort(), expected.sort());
  const started = Date.now();
  const reports = await reportsOf(
    page,
    "const all = []; for (const one of old) all.push(await one.adopt()); return all",
  );
  context.diagnostic(`${sum(reports, "taken")} rows and files: ${Date.now() - started} ms`);
  assert.deepEqual(
    reports.map(({ tables }) => tables),
    previews.map(({ tables }) => tables),
  );
  assert.equal(sum(reports, "taken"), 261);
  const shown = "Tides: 250, Without an id \ufffd: 0, Notes in top, Poster in null, Sea in null, dark, made-up";
  assert.equal(await run(page, "return page.shown(app)"), shown);
  assert.deepEqual(await run(page, "return page.leftOver()"), left);

  await one.setOffline(false);
  await run(page, `await app.signIn("${EMAIL}")`);
  assert.equal(await run(page, "return page.shown(app)"), shown);
  await untilEqual("the file has arrived", () => files(), [{ name: "boat.png", status: "completed" }]);

  const second = await openScript(other, env.server.url, script);
  await run(second, `${start} await app.signIn("${EMAIL}"); await app.start()`);
  assert.equal(await run(second, "return page.shown(app)"), shown.replace("made-up", "none"));
  const boat = await run(second, `return page.boatOf(app)`);
  assert.deepEqual(boat, {
    files: 1,
    width: null,
    hash: sha256(picture),
    screens: [[{ id: "1", media: "media-library/boat.png" }]],
  });
  const content = await env.db.query(
    "SELECT count(*)::int AS secrets FROM records WHERE value::text LIKE '%made-up%'",
    [],
  );
  assert.deepEqual(content, [{ secrets: 0 }]);

  // A repeated run takes nothing, and two tabs at once neither.
  const before = await version();
  const tab = await openScript(one, env.server.url, script);
  await run(tab, `${start} await app.start()`);
  for (const both of await Promise.all(
    [page, tab].map((each) => reportsOf(each, "return Promise.all(old.map((one) => one.adopt()))")),
  ))
    assert.deepEqual([sum(both, "taken"), sum(both, "before")], [0, 262]);
  await run(page, "await app.sync()");
  assert.equal(await version(), before);

  // The old data go when the application asks for it.
  await tab.close();
  const refused = await run(page, "return old[1].removeOld().catch(({ code }) => code)");
  assert.equal(refused, "not_adopted");
  await run(page, "await old[0].removeOld(); await old[1].removeOld({ evenLeft: true })");
  assert.deepEqual(await run(page, "return page.leftOver()"), {});
  assert.equal(await run(page, "return page.shown(app)"), shown);
});

/** @param {import("playwright-core").Page} page @param {string} code @returns {Promise<Report[]>} */
const reportsOf = (page, code) => run(page, code);

/** @param {Report[]} reports @param {"taken" | "before"} member */
function sum(reports, member) {
  return reports.flatMap(({ tables }) => tables).reduce((all, table) => all + table[member], 0);
}

const owner = `(SELECT key FROM "user" WHERE id = $1)`;

async function files() {
  const id = await env.db.userId(EMAIL);
  return env.db.query(`SELECT file_name AS name, status FROM assets WHERE owner = ${owner} AND deleted_at IS NULL`, [
    id,
  ]);
}

/** It rises with every change of the user's data. */
async function version() {
  const id = await env.db.userId(EMAIL);
  return JSON.stringify(await env.db.query(`SELECT version FROM user_version WHERE owner = ${owner}`, [id]));
}
