// One browser profile, which is a device. It keeps its data when it is closed and opened again. It collects the errors that its pages log, and counts
// the pushes of all its tabs and workers.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Demo } from "./demo.mjs";

const NAMES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The path of the browser's program. */
export function chromiumPath() {
  const path = process.env.CHROMIUM_PATH ?? NAMES.find((name) => existsSync(name));
  assert.ok(
    path && existsSync(path),
    "There is no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.",
  );
  return path;
}

/** How a browser is started. */
export function launchOptions() {
  const root = process.getuid?.() === 0;
  return { executablePath: chromiumPath(), args: root ? [...FLAGS, "--no-sandbox"] : FLAGS };
}

/**
 * The browser logs an error for every request without an answer and for every error status. Tests cause these by closed connections, ended sessions
 * (401) and deleted chats (404, 409).
 */
const EXPECTED = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|409) )/;

export class Device {
  /** Console errors, uncaught exceptions and violations of the content security policy. */
  errors = /** @type {string[]} */ ([]);
  /** The number of answered pushes of each tempId. */
  deliveries = /** @type {Map<string, number>} */ (new Map());
  /** Console errors that are allowed for requests to the API and to presigned links. A test that causes others sets this. */
  expected = EXPECTED;
  #server;
  #profile;
  #options;
  /** @type {import("playwright-core").BrowserContext | null} */
  #context = null;

  /** @param {{ url: string }} server @param {string} profile @param {object} options */
  constructor(server, profile, options) {
    this.#server = server;
    this.#profile = profile;
    this.#options = options;
  }

  /**
   * Opens a browser with a new profile.
   * @param {{ url: string }} server or what is in front of it
   * @param {import("playwright-core").BrowserContextOptions} [options] such as size and colour scheme
   */
  static async open(server, options = {}) {
    const device = new Device(server, await mkdtemp(join(tmpdir(), "landfall-profile-")), options);
    await device.#launch();
    return device;
  }

  get context() {
    assert.ok(this.#context, "this device is closed");
    return this.#context;
  }

  /** Opens the demo in a new tab. */
  async tab(path = "/") {
    const page = await this.context.newPage();
    const demo = new Demo(page, this.#server.url);
    await demo.open(path);
    return demo;
  }

  /** Disconnects the browser from the network, or connects it. */
  async setOffline(/** @type {boolean} */ offline) {
    await this.context.setOffline(offline);
  }

  /** The value of the session cookie. */
  async sessionToken() {
    const cookie = (await this.context.cookies(this.#server.url)).find(({ name }) => name.includes("landfall_session"));
    assert.ok(cookie, "there is no session cookie");
    return cookie.value;
  }

  /** Closes the browser and keeps its data for `reopen`. */
  async close() {
    await this.#context?.close();
    this.#context = null;
  }

  /** Kills the browser's process and keeps its data for `reopen`. */
  async kill() {
    const context = this.context;
    const session = await context.browser()?.newBrowserCDPSession();
    assert.ok(session, "a persistent context has a browser");
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const main = processInfo.find(({ type }) => type === "browser");
    assert.ok(main, "the browser has a process");
    const closed = context.waitForEvent("close");
    process.kill(main.id, "SIGKILL");
    await closed;
    this.#context = null;
  }

  /** Opens the browser again with its data. */
  async reopen() {
    await this.#launch();
  }

  /** Opens the browser again with its setting that no site may store anything, neither cookies nor databases. */
  async refuseStorage() {
    await this.close();
    const file = join(this.#profile, "Default/Preferences");
    const preferences = JSON.parse(await readFile(file, "utf8"));
    preferences.profile = { ...preferences.profile, default_content_setting_values: { cookies: 2 } };
    await writeFile(file, JSON.stringify(preferences));
    await this.#launch();
  }

  /** Closes the browser and removes its data. */
  async dispose() {
    await this.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #launch() {
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      ...launchOptions(),
      // A list replaces the default permissions, which include Background Sync.
      permissions: ["background-sync", "clipboard-read", "clipboard-write"],
      ...this.#options,
    });
    this.#listen(this.#context);
  }

  /** @param {import("playwright-core").BrowserContext} context */
  #listen(context) {
    context.on("weberror", (error) => this.errors.push(`uncaught: ${error.error().stack}`));
    context.on("console", (message) => {
      const { url } = message.location();
      const { pathname, searchParams } = new URL(URL.canParse(url) ? url : this.#server.url);
      const ofApi = /^\/(api|health)\//.test(pathname) || searchParams.has("X-Amz-Signature");
      // A picture on this device that is scrolled out of view, before a slow machine has drawn it, has no address any more.
      const released = url.startsWith("blob:") && message.text().includes("net::ERR_FILE_NOT_FOUND");
      const expected = message.type() !== "error" || released || (ofApi && this.expected.test(message.text()));
      if (!expected) this.errors.push(`console: ${message.text()} (${url})`);
    });
    context.on("response", (response) => this.#countDelivery(response.request()));
  }

  /** @param {import("playwright-core").Request} request */
  #countDelivery(request) {
    if (request.method() !== "POST" || new URL(request.url()).pathname !== "/api/sync") return;
    const body = request.postData();
    assert.ok(body, "a push has a body");
    for (const { collection, key } of JSON.parse(body).mutations)
      if (collection === "chatMessages") this.deliveries.set(key, (this.deliveries.get(key) ?? 0) + 1);
  }
}
