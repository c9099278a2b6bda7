// One browser profile: a device. It survives being closed and opened again; it hears every complaint of its pages and sees every push
// that leaves it, from whichever tab or worker. It knows nothing of the demo's looks.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
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

/** The browser to use. */
export function chromiumPath() {
  const path = process.env.CHROMIUM_PATH ?? NAMES.find((name) => existsSync(name));
  assert.ok(
    path && existsSync(path),
    "There is no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.",
  );
  return path;
}

/**
 * What a browser writes to the console by itself for every request without an answer, or with one of these. The tests cause them: they cut
 * lines, end sessions (401) and delete chats (404, 409).
 */
const EXPECTED = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|409) )/;

export class Device {
  /** Everything that a console should not say: errors, exceptions that nobody caught, refusals of the page's policy. */
  complaints = /** @type {string[]} */ ([]);
  /** How often each tempId reached the server: requests that got an answer. */
  deliveries = /** @type {Map<string, number>} */ (new Map());
  /** What the console may say of requests to the API and by signed links. A test that provokes more says so. */
  expected = EXPECTED;
  #server;
  #profile;
  #options;
  /** @type {import("playwright-core").BrowserContext | null} */
  #context = null;

  /** @param {import("./server.mjs").Server} server @param {string} profile @param {object} options */
  constructor(server, profile, options) {
    this.#server = server;
    this.#profile = profile;
    this.#options = options;
  }

  /**
   * A new profile.
   * @param {import("./server.mjs").Server} server
   * @param {import("playwright-core").BrowserContextOptions} [options] size, colours
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

  /** A new tab with the demo in it. */
  async tab(path = "/") {
    const page = await this.context.newPage();
    const demo = new Demo(page, this.#server.url);
    await demo.open(path);
    return demo;
  }

  /** Pulls the plug, or puts it back. */
  async setOffline(/** @type {boolean} */ offline) {
    await this.context.setOffline(offline);
  }

  /** The session cookie's value: what another holder of it could use. */
  async sessionToken() {
    const cookie = (await this.context.cookies(this.#server.url)).find(({ name }) => name.endsWith("landfall_session"));
    assert.ok(cookie, "there is no session cookie");
    return cookie.value;
  }

  /** Closes the browser; its data stay for `reopen`. */
  async close() {
    await this.#context?.close();
    this.#context = null;
  }

  /** The browser's process dies as in a power cut; its data stay for `reopen`. */
  async kill() {
    const context = this.context;
    const line = await context.browser()?.newBrowserCDPSession();
    assert.ok(line, "a persistent context has a browser");
    const { processInfo } = await line.send("SystemInfo.getProcessInfo");
    const main = processInfo.find(({ type }) => type === "browser");
    assert.ok(main, "the browser has a process");
    const gone = context.waitForEvent("close");
    process.kill(main.id, "SIGKILL");
    await gone;
    this.#context = null;
  }

  async reopen() {
    await this.#launch();
  }

  /** Closes the browser and throws its data away. */
  async dispose() {
    await this.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #launch() {
    const root = process.getuid?.() === 0;
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: chromiumPath(),
      args: root ? [...FLAGS, "--no-sandbox"] : FLAGS,
      // Naming some takes all others away, and a browser has Background Sync unless somebody switches it off.
      permissions: ["background-sync", "clipboard-read", "clipboard-write"],
      ...this.#options,
    });
    this.#listen(this.#context);
  }

  /** @param {import("playwright-core").BrowserContext} context */
  #listen(context) {
    context.on("weberror", (error) => this.complaints.push(`uncaught: ${error.error().stack}`));
    context.on("console", (message) => {
      const { url } = message.location();
      const { pathname, searchParams } = new URL(URL.canParse(url) ? url : this.#server.url);
      const ofApi = /^\/(api|health)\//.test(pathname) || searchParams.has("X-Amz-Signature");
      const expected = message.type() !== "error" || (ofApi && this.expected.test(message.text()));
      if (!expected) this.complaints.push(`console: ${message.text()} (${url})`);
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
