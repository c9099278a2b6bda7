// Applications are built from the packed SDK and driven against the real server: Node, a page without a build, Vite with vite-plugin-pwa, and Next.js.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Api } from "../e2e/harness/api.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { App, install, runBin, serveFiles, serveWith } from "./harness.mjs";

const LIMIT = { timeout: 240_000 };
const run = promisify(execFile);

/** @type {Server} */
let server;
/** The ports of the applications that have an origin of their own. */
const ports = { page: 0, next: 0 };

before(async () => {
  ports.page = await freePort();
  ports.next = await freePort();
  const origins = Object.values(ports).map((port) => `http://localhost:${port}`);
  server = await Server.start({ demo: false, settings: { LANDFALL_ALLOWED_ORIGINS: origins.join(",") } });
});
after(() => server.stop());

/** The names of a user's tags at the server. @param {Server} at @param {string} email */
async function storedTags(at, email) {
  const api = await Api.signIn(at, email);
  const { items } = await api.send("GET", "/api/collections/tags");
  return items.map((/** @type {{ value: { name: string } }} */ { value }) => value.name).sort();
}

test("the package has source maps, and its React entry belongs to the client", LIMIT, async () => {
  const folder = join(await install("node"), "node_modules/@landfall/client/dist");
  const scripts = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".mjs"));
  // Entries that only name what chunks have, and the bundler's own lines, have no sources.
  const isList = (/** @type {string} */ text) =>
    text.split("\n").every((line) => /^(import .* from|export \{|$)/.test(line));
  const written = scripts.filter(
    (name) => !name.startsWith("rolldown-runtime") && !isList(readFileSync(join(folder, name), "utf8")),
  );
  assert.ok(written.length > 20, `${written.length} scripts`);
  for (const script of written) {
    const { sources, sourcesContent } = JSON.parse(await readFile(join(folder, `${script}.map`), "utf8"));
    assert.equal(sourcesContent.length, sources.length, `${script} has its sources`);
  }
  assert.match(readFileSync(join(folder, "react/index.mjs"), "utf8"), /^"use client";/);
  assert.doesNotMatch(readFileSync(join(folder, "sw/worker.mjs"), "utf8"), /\bimport\(|import\.meta/);
});

test("Node: a program syncs with an IndexedDB of its own, and is told when it has none", LIMIT, async () => {
  const folder = await install("node");
  const { stdout } = await run(process.execPath, ["main.mjs", server.url, "node@apps.example"], { cwd: folder });
  const { refused, state, tags } = JSON.parse(stdout);
  assert.equal(refused.code, "storage_unavailable");
  assert.match(refused.message, /fake-indexeddb/);
  assert.deepEqual([state, tags], ["synced", ["From Node"]]);
  assert.deepEqual(await storedTags(server, "node@apps.example"), ["From Node"]);
});

test("a page without a build: modules by an import map, the API at another port", LIMIT, async () => {
  const folder = await install("page");
  await writeFile(join(folder, "port.txt"), String(server.port));
  const stop = await serveFiles(folder, ports.page);
  try {
    await App.use(`http://localhost:${ports.page}`, (app) => app.driveOnlineAndOffline());
    assert.deepEqual(await storedTags(server, "page@apps.example"), ["Tag 1", "Tag 2"]);
  } finally {
    stop();
  }
});

for (const format of ["es", "iife"]) {
  test(`Vite with vite-plugin-pwa opens without a network (service worker as ${format})`, LIMIT, async () => {
    const folder = await install("vite");
    if (format === "es") {
      await runBin(folder, ["typescript/bin/tsc", "-p", "."]);
      await runBin(folder, ["typescript/bin/tsc", "-p", "tsconfig.sw.json"]);
    }
    await runBin(folder, ["vite/bin/vite.js", "build"], { SW_FORMAT: format });
    assert.ok(existsSync(join(folder, "dist/sw.js")));
    const own = await Server.start({ demo: false, settings: { LANDFALL_FRONTEND: join(folder, "dist") } });
    try {
      await App.use(own.url, async (app) => {
        await app.driveOnlineAndOffline();
        await app.reloadOffline(["Tag 1", "Tag 2"]);
      });
      assert.deepEqual(await storedTags(own, "vite@apps.example"), ["Tag 1", "Tag 2"]);
    } finally {
      await own.stop();
    }
  });
}

test("Next.js renders on the server, and hooks take observables that are made in the call", LIMIT, async () => {
  const folder = await install("next");
  const next = "next/dist/bin/next";
  await runBin(folder, [next, "build"], { LANDFALL_ORIGIN: server.url });
  const url = `http://localhost:${ports.next}`;
  const stop = await serveWith(folder, [next, "start", "--port", String(ports.next)], url);
  try {
    const html = await (await fetch(url)).text();
    assert.match(html, /data-provider="function"/);
    assert.match(html, /<p id="state"[^>]*>paused<\/p>/);
    await App.use(url, async (app) => {
      await app.page.locator('#state[data-ready="true"]').waitFor();
      await app.driveOnlineAndOffline();
    });
    assert.deepEqual(await storedTags(server, "next@apps.example"), ["Tag 1", "Tag 2"]);
  } finally {
    stop();
  }
});
