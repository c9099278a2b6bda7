// Builds applications from the packed SDK, as people do who install it. Each is copied to target/apps, where no other node_modules is in reach, gets its
// pinned packages from the npm registry, and then the SDK's tarball.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { chromiumPath } from "../e2e/harness/browser.mjs";
import { checkout } from "../e2e/harness/server.mjs";
import { until } from "../e2e/harness/until.mjs";

const run = promisify(execFile);
const sdk = join(checkout, "frontend-sdk");
const builds = join(checkout, "target/apps");

/** @type {Promise<string> | undefined} */
let packing;

/** Packs the built SDK once, or takes the one of the last release that `LANDFALL_LAST_RELEASE_SDK` names. Resolves to the path of the tarball. */
function pack() {
  packing ??= (async () => {
    const { LANDFALL_LAST_RELEASE_SDK } = process.env;
    if (LANDFALL_LAST_RELEASE_SDK) return LANDFALL_LAST_RELEASE_SDK;
    assert.ok(existsSync(join(sdk, "dist/index.mjs")), "The SDK is not built: run `npm run build`.");
    const folder = join(builds, "packed");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: sdk });
    const [tarball] = await readdir(folder);
    assert.ok(tarball, "npm has packed the SDK");
    return join(folder, tarball);
  })();
  return packing;
}

/** Copies and installs an application. Its packages are kept for the next run while its lockfile is the same. Resolves to its folder. @param {string} name */
export async function install(name) {
  const source = join(sdk, "test/apps", name);
  const folder = join(builds, name);
  const lock = createHash("sha256")
    .update(await readFile(join(source, "package-lock.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules/.lock-hash");
  const installed = existsSync(stamp) && (await readFile(stamp, "utf8")) === lock;
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder))
    if (!installed || entry !== "node_modules") await rm(join(folder, entry), { recursive: true });
  await cp(source, folder, { recursive: true });
  if (!installed) {
    await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
    await writeFile(stamp, lock);
  }
  const target = join(folder, "node_modules/@landfall/client");
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await run("tar", ["-xzf", await pack(), "--strip-components=1", "-C", target]);
  const { dependencies } = JSON.parse(await readFile(join(target, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies))
    assert.ok(existsSync(join(folder, "node_modules", dependency)), `${name} pins ${dependency}, which the SDK needs`);
  return folder;
}

/** Runs a program of an application's packages. Rejects with its output when it fails. @param {string} folder @param {string[]} args @param {Record<string, string>} [env] */
export async function runBin(folder, [bin = "", ...args], env = {}) {
  try {
    return await run(process.execPath, [binOf(folder, bin), ...args], { cwd: folder, env: envWith(env) });
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
    throw new Error(`${bin} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  }
}

/** Starts a program of an application's packages and waits until `url` answers. Returns a function that stops it. @param {string} folder @param {string[]} args @param {string} url */
export async function serveWith(folder, [bin = "", ...args], url) {
  const child = spawn(process.execPath, [binOf(folder, bin), ...args], {
    cwd: folder,
    env: envWith({}),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (text) => {
    log += text;
  });
  await until(`${bin} answers`, async () => {
    assert.equal(child.exitCode, null, log);
    return (await fetch(url).catch(() => null))?.ok;
  });
  return () => child.kill("SIGTERM");
}

/** @param {string} folder @param {string} bin */
function binOf(folder, bin) {
  return join(folder, "node_modules", bin);
}

/** @param {Record<string, string>} env */
function envWith(env) {
  return { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: "1", ...env };
}

const TYPES = /** @type {Record<string, string>} */ ({
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".map": "application/json",
});

/** Serves a folder's files at `http://localhost:port`. Returns a function that stops it. @param {string} folder @param {number} port */
export async function serveFiles(folder, port) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(folder, pathname === "/" ? "index.html" : pathname);
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(undefined)));
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

/** An application in a browser. Its elements have the ids `state`, `sign-in`, `add` and `tags`. */
export class App {
  /** Console errors and uncaught exceptions. */
  errors = /** @type {string[]} */ ([]);

  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(`uncaught: ${error.stack}`));
    page.on("console", (message) => {
      const text = message.text();
      // The browser logs each request that gets no answer, and each error status.
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) this.errors.push(text);
    });
  }

  /** Opens the page in a new browser and closes it after `work`. Fails if the page has logged an error. @param {string} url @param {(app: App) => Promise<void>} work */
  static async use(url, work) {
    const args = ["--disable-gpu", "--no-first-run", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
    const browser = await chromium.launch({ executablePath: chromiumPath(), args });
    try {
      const app = new App(await (await browser.newContext()).newPage());
      await app.page.goto(url);
      await work(app);
      assert.deepEqual(app.errors, [], "the page logged an error");
    } finally {
      await browser.close();
    }
  }

  async state() {
    return this.page.locator("#state").textContent();
  }

  async tags() {
    return this.page.locator("#tags li").allTextContents();
  }

  /** @param {string} state */
  async untilState(state) {
    await until(`the page says ${state}; errors: ${this.errors}`, async () => (await this.state()) === state);
  }

  /** Signs in, writes, reads what was written, and does so again without a network. */
  async driveOnlineAndOffline() {
    const { page } = this;
    await this.untilState("paused");
    await page.locator("#sign-in").click();
    await this.untilState("synced");
    await this.add("Tag 1");
    await this.untilState("synced");
    await page.context().setOffline(true);
    await this.add("Tag 2");
    await this.untilState("offline");
    await page.context().setOffline(false);
    await this.untilState("synced");
  }

  /** @param {string} name the next tag's */
  async add(name) {
    await this.page.locator("#add").click();
    await until(`${name} is shown`, async () => (await this.tags()).includes(name));
  }

  /** Reloads without a network. The page comes from the service worker and shows what is stored. @param {string[]} tags */
  async reloadOffline(tags) {
    const { page } = this;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await until("the service worker serves the page", () => page.evaluate(() => !!navigator.serviceWorker.controller));
    await page.context().setOffline(true);
    await page.reload();
    await until("the stored rows are shown", async () => (await this.tags()).length === tags.length);
    assert.deepEqual((await this.tags()).sort(), tags);
    await page.context().setOffline(false);
    await this.untilState("synced");
  }
}
