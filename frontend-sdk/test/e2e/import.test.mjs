// Files of other applications, imported by the page: the server gets every form, and no secret in clear text.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { Api } from "./harness/api.mjs";
import { buildScript, openScript, run } from "./harness/page-script.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until } from "./harness/until.mjs";

const PHRASE = "correct horse battery";
const env = useTestEnvironment();
let script = "";

before(async () => {
  script = await buildScript("import-page.mjs");
});

/** Opens the application on a new device. @param {string} email */
async function open(email) {
  const device = await env.device();
  // Files that are none are refused.
  device.expected = /^Failed to load resource: the server responded with a status of (400|404|422) /;
  const page = await openScript(device, env.server.url, script);
  await run(page, `await app.signIn("${email}")`);
  return page;
}

const old = readFileSync(new URL("../../../tests/it/transfer/litechat-old.json", import.meta.url), "utf8");
const edges = readFileSync(new URL("../../../tests/it/transfer/litechat-edges.json", import.meta.url), "utf8");
/** The secrets of the old file. */
const SECRETS = /fake-|made-up-token/;

const said = (/** @type {string} */ parent, /** @type {string} */ role, /** @type {string} */ text) => ({
  ...{ id: "unused", parent, children: [] },
  message: { id: "unused", author: { role }, create_time: 1, content: { content_type: "text", parts: [text] } },
});
const chatGpt = {
  ...{ title: "The tide", create_time: 1, update_time: 2, current_node: "a", id: "tide", conversation_id: "tide" },
  mapping: {
    root: { id: "root", message: null, parent: null, children: ["u"] },
    u: said("root", "user", "When?"),
    a: said("u", "assistant", "At six."),
  },
};
const libreChat = {
  ...{ conversationId: "knots", title: "Knots", endpoint: "openAI", options: {} },
  messages: [
    {
      messageId: "m1",
      conversationId: "knots",
      parentMessageId: "00000000-0000-0000-0000-000000000000",
      sender: "User",
      text: "Which?",
      isCreatedByUser: true,
    },
    {
      messageId: "m2",
      conversationId: "knots",
      parentMessageId: "m1",
      sender: "Loam",
      text: "A bowline.",
      isCreatedByUser: false,
    },
  ],
};
const one = { conversation: { id: "c1", title: "One" }, interactions: [{ id: "i1", conversationId: "c1", index: 0 }] };
const tree = {
  project: { id: "p1", name: "P1", path: "/P1" },
  children: [{ project: { id: "p2", name: "P2", parentId: "p1", path: "/P2" }, children: [one] }],
};
const all = [one, { conversation: { id: "c2", title: "Two" }, interactions: [] }];
const agents = { version: 1, agents: [{ id: "ag", name: "Pilot", prompt: "x", type: "agent" }] };
const servers = {
  version: 1,
  mcpServers: [{ id: "m", name: "M", url: "http://localhost:1", headers: { "X-Key": "canary" } }],
};

test("each form of a file is taken, and secrets stay on the device without a passphrase", LIMIT, async () => {
  const page = await open("forms@harbour.example");
  /** @param {string} text @param {object} [options] @returns {Promise<import("../../src/compat/transfer").ImportFileReport>} */
  const take = (text, options = {}) =>
    run(page, `return app.take(${JSON.stringify(text)}, ${JSON.stringify(options)})`);
  const first = await take(old);
  assert.deepEqual(first.secrets.totals, { sealed: 0, leftOut: 3 });
  const { apiKeys, syncRepos, settings } = JSON.parse(old);
  // The server refuses what is nothing but a secret, and has everything else.
  const refusals = first.errors.map(({ pointer }) => pointer);
  assert.equal(
    refusals.filter((pointer) => pointer.startsWith("/apiKeys/")).length >= apiKeys.length,
    true,
    refusals.join(),
  );
  assert.ok(refusals.includes("/settings/gitGlobalPat"));
  assert.equal(first.collections.syncRepos?.created, syncRepos.length);
  assert.equal(first.collections.settings?.created, Object.keys(settings).length - 1);

  const forms = {
    edges: JSON.parse(edges),
    tree,
    all,
    agents,
    servers,
    chatGpt,
    libreChat,
    chats: [chatGpt, libreChat],
  };
  const created = /** @type {Record<string, number>} */ ({});
  for (const [name, form] of Object.entries(forms)) {
    const { collections, totals } = await take(JSON.stringify(form));
    created[name] = Object.values(collections).reduce((sum, counts) => sum + counts.created, 0);
    if (name !== "edges") assert.equal(totals.errors, 0, name);
  }
  const { edges: odd = 0, ...rest } = created;
  assert.ok(odd > 15, `${odd}`);
  assert.deepEqual(rest, { tree: 4, all: 1, agents: 1, servers: 0, chatGpt: 2, libreChat: 2, chats: 0 });
  await run(page, "await app.sync()");
  await until("the rows are here", async () => {
    const titles = await run(page, 'return (await app.list("conversations")).map(({ title }) => title)');
    return ["One", "Two", "The tide", "Knots"].every((title) => /** @type {string[]} */ (titles).includes(title));
  });

  // Landfall's own export changes nothing, and is refused as nothing where it is nothing.
  const api = await Api.signIn(env.server, "forms@harbour.example");
  const own = await take(JSON.stringify(await api.send("GET", "/api/export")));
  assert.equal(
    Object.values(own.collections).reduce((sum, { created: more, updated }) => sum + more + updated, 0),
    0,
  );
  assert.deepEqual(own.secrets.totals, { sealed: 0, leftOut: 0 });
  assert.equal(await run(page, 'return app.refused("[]")'), "validation_failed");
  assert.equal(await run(page, 'return app.refused("{")'), "malformed_json");
  assert.equal((await take(JSON.stringify(agents), { dryRun: true, strict: true })).dryRun, true);
  const wire = /** @type {string[]} */ (await run(page, "return app.wire"));
  assert.ok(wire.some((body) => body.includes("Pilot")));
  for (const body of wire) assert.doesNotMatch(body, /fake-|made-up-token|canary/);
});

test("with a passphrase the file's secrets are sealed, and the second device has them", LIMIT, async () => {
  const email = "sealed-import@harbour.example";
  const first = await open(email);
  await run(first, `await app.sealing.setUp("${PHRASE}")`);
  const report = await run(first, `return app.take(${JSON.stringify(old)})`);
  const { secrets, errors } = /** @type {import("../../src/compat/transfer").ImportFileReport} */ (report);
  assert.deepEqual([errors, secrets.totals], [[], { sealed: 3, leftOut: 0 }]);
  for (const body of /** @type {string[]} */ (await run(first, "return app.wire"))) assert.doesNotMatch(body, SECRETS);
  const api = await Api.signIn(env.server, email);
  assert.doesNotMatch(JSON.stringify(await api.send("GET", "/api/export")), SECRETS);

  const other = await open(email);
  await until("the device is locked", () => run(other, 'return app.sealing.state.get() === "locked"'));
  assert.equal(await run(other, `return app.refused(${JSON.stringify(old)})`), "locked");
  await run(other, `await app.sealing.unlock("${PHRASE}"); await app.sync()`);
  const { apiKeys, syncRepos, settings } = JSON.parse(old);
  for (const page of [first, other]) {
    await until("the keys are here", async () => {
      const keys = /** @type {{ value: string }[]} */ (await run(page, 'return app.list("apiKeys")'));
      return (
        keys
          .map(({ value }) => value)
          .sort()
          .join() ===
        apiKeys
          .map((/** @type {any} */ { value }) => value)
          .sort()
          .join()
      );
    });
    const repos = /** @type {{ password: string }[]} */ (await run(page, 'return app.list("syncRepos")'));
    assert.deepEqual(
      repos.map(({ password }) => password),
      syncRepos.map((/** @type {any} */ { password }) => password),
    );
    const all = /** @type {{ key: string, value: unknown }[]} */ (await run(page, 'return app.list("settings")'));
    assert.equal(all.find(({ key }) => key === "gitGlobalPat")?.value, settings.gitGlobalPat);
  }
});
