// A test environment with a real OpenID provider. The server offers it as `google` and as `oidc`. The functions run a sign-in in a browser.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { CLIENT_SECRET, OpenIdProvider } from "./openid.mjs";
import { freePort } from "./ports.mjs";
import { TestEnvironment } from "./test-environment.mjs";
import { until } from "./until.mjs";

/** A secret that must not appear in a log. */
export const SERVER_SECRET = "canary-of-the-server-0123456789abcdef";

export class OpenIdEnvironment extends TestEnvironment {
  /** @type {OpenIdProvider | undefined} */
  #provider;

  get provider() {
    assert.ok(this.#provider, "the environment starts before the first test");
    return this.#provider;
  }

  async startWithProvider() {
    const port = await freePort();
    const callback = (/** @type {string} */ id) => `http://localhost:${port}/api/auth/callback/${id}`;
    const clients = { landfall: callback("google"), "landfall-too": callback("oidc") };
    this.#provider = new OpenIdProvider(await freePort(), clients);
    await this.#provider.start();
    const { issuer } = this.#provider;
    await this.start(
      {
        GOOGLE_CLIENT_ID: "landfall",
        GOOGLE_CLIENT_SECRET: CLIENT_SECRET,
        GOOGLE_ISSUER: issuer,
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: "landfall-too",
        OIDC_CLIENT_SECRET: CLIENT_SECRET,
        OIDC_NAME: "Harbour office",
        LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP: "true",
        LANDFALL_SECRET: SERVER_SECRET,
        // Other tests cover the rate limit of sign-ins.
        LANDFALL_LIMIT_AUTH: "10000/1000",
        LANDFALL_LOG: "debug",
      },
      port,
    );
  }

  async stopWithProvider() {
    await this.stop();
    await this.#provider?.stop();
  }

  /** A browser whose requests may be answered with 401, 409 or 422. @override */
  async device() {
    const device = await super.device();
    device.expected = /^Failed to load resource: the server responded with a status of (401|409|422) /;
    for (const page of device.context.pages()) noteArrivals(page);
    device.context.on("page", noteArrivals);
    return device;
  }

  /** A new browser with the demo in one page. */
  async page() {
    const device = await this.device();
    return { device, page: (await device.tab()).page };
  }
}

/** Starts an environment before the tests of the file and stops it after them. Call it once at the top of the file. */
export function useOpenIdEnvironment() {
  const env = new OpenIdEnvironment();
  before(() => env.startWithProvider());
  afterEach(async () => {
    env.provider.changeIdToken = null;
    env.provider.holdCallback = null;
    assert.deepEqual(await env.tearDown(), [], "a page logged an error");
  });
  after(() => env.stopWithProvider());
  return env;
}

/** @typedef {import("playwright-core").Page} Page */

/** Sends a request from the page to its own server, with the page's cookies. @param {Page} page @param {string} path @param {unknown} [body] */
export async function ask(page, path, body) {
  return page.evaluate(
    async ([path, body]) => {
      const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      const answer = await fetch(/** @type {string} */ (path), body === null ? {} : post);
      return { status: answer.status, body: await answer.json() };
    },
    [path, body ?? null],
  );
}

const TARGETS = { callbackURL: "/?came=back", errorCallbackURL: "/?came=not", newUserCallbackURL: "/?came=new" };

/** Starts a sign-in and waits for the provider's page. @param {Page} page @param {{ provider?: string, link?: boolean }} [options] */
export async function redirectToProvider(page, { provider = "google", link = false } = {}) {
  const route = link ? "/api/auth/link-social" : "/api/auth/sign-in/social";
  const { status, body } = await ask(page, route, { provider, ...TARGETS });
  assert.equal(status, 200, JSON.stringify(body));
  arrivals.delete(page);
  // Without the provider's cookies it asks for the user again.
  await page.context().clearCookies({ domain: "127.0.0.1" });
  await page.goto(body.url);
  await page.locator('input[name="who"]').waitFor();
}

/** Signs in at the provider as `who`, or cancels with `null`. Returns the parameters of the page that the browser is sent back to. @param {Page} page @param {string | null} who */
export async function answerProvider(page, who) {
  await submit(page, who);
  return arrival(page);
}

/** @param {Page} page @param {string | null} who */
async function submit(page, who) {
  if (who !== null) await page.locator('input[name="who"]').fill(who);
  await page.getByRole("button", { name: who === null ? "Cancel" : "Sign in" }).click();
}

/**
 * The address that a page was last sent back to and that no test has read. The demo removes the reason from its address at once, so a test that
 * reads the page's address may come too late.
 * @type {WeakMap<Page, URL>}
 */
const arrivals = new WeakMap();

/** @param {Page} page */
function noteArrivals(page) {
  page.on("framenavigated", (frame) => {
    if (frame !== page.mainFrame() || !URL.canParse(frame.url())) return;
    const url = new URL(frame.url());
    if (url.searchParams.has("came") || url.searchParams.has("error")) arrivals.set(page, url);
  });
}

/** Waits for the page that the browser is sent back to, and returns its parameters. @param {Page} page */
export async function arrival(page) {
  const url = await until("the browser is sent back", () => arrivals.get(page));
  assert.ok(url);
  arrivals.delete(page);
  const { searchParams } = url;
  return { came: searchParams.get("came"), error: searchParams.get("error") };
}

/** Runs a whole sign-in. @param {Page} page @param {string} who @param {{ provider?: string, link?: boolean }} [options] */
export async function signInAt(page, who, options) {
  await redirectToProvider(page, options);
  return answerProvider(page, who);
}

/**
 * Signs in at the provider, which holds the redirect back to Landfall. Returns the URL of the callback.
 * @param {OpenIdProvider} provider @param {Page} page @param {string} who
 */
export async function heldCallback(provider, page, who) {
  await redirectToProvider(page);
  /** @type {Promise<string>} */
  const held = new Promise((resolve) => {
    provider.holdCallback = resolve;
  });
  await submit(page, who);
  const address = await held;
  provider.holdCallback = null;
  await page.waitForFunction(() => document.title === "Held");
  return address;
}

/** The user who is signed in in this browser, or `null`. @param {Page} page */
export async function signedInUser(page) {
  return (await ask(page, "/api/auth/get-session")).body?.user ?? null;
}
