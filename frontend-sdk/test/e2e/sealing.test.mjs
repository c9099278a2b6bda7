// Sealed rows against the real server: nothing readable in PostgreSQL, in the export or on the wire, and a second device that opens them.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Api } from "./harness/api.mjs";
import { buildScript, openScript, run as runIn } from "./harness/page-script.mjs";
import { useTestEnvironment } from "./harness/test-environment.mjs";
import { until } from "./harness/until.mjs";

const EMAIL = "sealed@harbour.example";
const CANARY = "canary-7c1f-in-clear";
const PHRASE = "correct horse battery";
/** Eight passphrases are stretched, which takes a slow machine more than ten seconds each. */
const LONG = { timeout: 240_000 };
const env = useTestEnvironment();
let script = "";

before(async () => {
  script = await buildScript("sealing-page.mjs");
});

/** Opens the application on a new device. Returns what runs code in it, and what its requests and answers held. */
async function open() {
  const device = await env.device();
  const wire = /** @type {string[]} */ ([]);
  device.context.on("request", (request) => wire.push(`${request.url()} ${request.postData() ?? ""}`));
  device.context.on("response", async (response) => wire.push(await response.text().catch(() => "")));
  const page = await openScript(device, env.server.url, script);
  /** @param {string} code @returns {Promise<any>} */
  const run = (code) => runIn(page, code);
  await run(`await app.signIn("${EMAIL}")`);
  return { run, wire };
}

/**
 * Polls until two devices have the same rows. A device that is in sync has what it has asked for, and may not have asked since the other one wrote.
 * @param {Awaited<ReturnType<typeof open>>} one @param {Awaited<ReturnType<typeof open>>} other
 */
async function untilSame(one, other) {
  await until("both devices have the same rows", async () => {
    for (const { run } of [one, other]) await run("await app.sync()");
    return (await one.run("return app.read()")) === (await other.run("return app.read()"));
  });
}

/** Every row of every table of the server's database, as text. */
async function database() {
  const tables = await env.db.query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  );
  assert.ok(tables.length > 10);
  const rows = [];
  for (const { name } of tables) rows.push(...(await env.db.query(`SELECT t::text AS row FROM ${name} t`)));
  return JSON.stringify(rows);
}

/** @param {string} text @param {string} where */
function assertNothingReadable(text, where) {
  for (const form of [CANARY, encodeURIComponent(CANARY), btoa(CANARY).slice(2, -4), PHRASE, "another passphrase"])
    assert.ok(!text.includes(form), `${form} in ${where}`);
}

test(
  "nothing is readable at the server or on the wire, and a second device opens everything",
  LONG,
  async (context) => {
    const one = await open();
    const started = performance.now();
    const { recoveryCode } = await one.run(`return app.sealing.setUp("${PHRASE}")`);
    context.diagnostic(`a first passphrase: ${Math.round(performance.now() - started)} ms`);
    await one.run(`await app.write("${CANARY}"); await app.sync()`);
    const written = await one.run("return app.read()");
    assert.equal(written.split(CANARY).length - 1, 11);

    const api = await Api.signIn(env.server, EMAIL);
    const exported = JSON.stringify(await api.send("GET", "/api/export"));
    const stored = await database();
    // Nothing is missing at the server either.
    for (const text of [exported, stored]) assert.equal(text.split("A256GCM").length - 1, 8);
    assertNothingReadable(exported, "the export");
    assertNothingReadable(stored, "PostgreSQL");

    const other = await open();
    await other.run('await app.becomes("locked")');
    assert.ok(!(await other.run("return app.read()")).includes(CANARY));
    const wrong = await other.run('return app.sealing.unlock("wrong passphrase").catch(({ code }) => code)');
    assert.equal(wrong, "wrong_passphrase");
    await other.run(`await app.sealing.recover("${recoveryCode}", "another passphrase"); await app.sync()`);
    await untilSame(one, other);
    assert.equal((await other.run("return app.read()")).split(CANARY).length - 1, 11);

    await other.run('await app.landfall.collections.syncRepos.update("r", { branch: "main" }); await app.sync()');
    await until("the first device has the change", async () => {
      await one.run("await app.sync()");
      return /"branch":"main"/.test(await one.run("return app.read()"));
    });
    await one.run('await app.sealing.changePassphrase("another passphrase", "one more passphrase")');

    const third = await open();
    await third.run('await app.becomes("locked")');
    assert.equal(
      await third.run('return app.sealing.unlock("another passphrase").catch(({ code }) => code)'),
      "wrong_passphrase",
    );
    await third.run('await app.sealing.unlock("one more passphrase"); await app.sync()');
    await untilSame(one, third);
    assert.match(await third.run("return app.read()"), /"branch":"main"/);
    for (const { wire } of [one, other, third]) {
      assert.ok(wire.some((text) => text.includes("A256GCM")));
      assertNothingReadable(wire.join("\n"), "the wire");
    }
    assertNothingReadable(await database(), "PostgreSQL");
  },
);
