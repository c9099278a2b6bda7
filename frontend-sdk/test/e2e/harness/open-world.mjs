// A world with a provider in it: the server offers sign-in as `google` and as `oidc`, both at one real OpenID provider.
// How a browser goes through a sign-in is here too.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { CLIENT_SECRET, OpenIdProvider } from "./openid.mjs";
import { freePort } from "./server.mjs";
import { World } from "./world.mjs";

/** What must never stand in a log. */
export const SERVER_SECRET = "canary-of-the-server-0123456789abcdef";

export class OpenWorld extends World {
  /** @type {OpenIdProvider | undefined} */
  #provider;

  get provider() {
    assert.ok(this.#provider, "the world begins with the first test");
    return this.#provider;
  }

  async beginOpen() {
    const port = await freePort();
    const callback = (/** @type {string} */ id) => `http://localhost:${port}/api/auth/callback/${id}`;
    const clients = { landfall: callback("google"), "landfall-too": callback("oidc") };
    this.#provider = new OpenIdProvider(await freePort(), clients);
    await this.#provider.start();
    const { issuer } = this.#provider;
    await this.begin(
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
        // How often somebody may try is another test's matter.
        LANDFALL_LIMIT_AUTH: "10000/1000",
        LANDFALL_LOG: "debug",
      },
      port,
    );
  }

  async endOpen() {
    await this.end();
    await this.#provider?.stop();
  }

  /** A browser whose requests may be refused for what is in them (422). @override */
  async device() {
    const device = await super.device();
    device.expected = /^Failed to load resource: the server responded with a status of (401|409|422) /;
    return device;
  }

  /** A page of a new browser, at the demo. */
  async page() {
    const device = await this.device();
    return { device, page: (await device.tab()).page };
  }
}

/** Call once at the head of a test file. */
export function useOpenWorld() {
  const world = new OpenWorld();
  before(() => world.beginOpen());
  afterEach(async () => {
    world.provider.lie = null;
    world.provider.hold = null;
    assert.deepEqual(await world.putAway(), [], "a page complained");
  });
  after(() => world.endOpen());
  return world;
}

/** @typedef {import("playwright-core").Page} Page */

/** Asks the page's own server, with the page's cookies. @param {Page} page @param {string} path @param {unknown} [body] */
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

/** Begins a sign-in and stands at the provider's page. @param {Page} page @param {{ provider?: string, link?: boolean }} [options] */
export async function goToProvider(page, { provider = "google", link = false } = {}) {
  const route = link ? "/api/auth/link-social" : "/api/auth/sign-in/social";
  const { status, body } = await ask(page, route, { provider, ...TARGETS });
  assert.equal(status, 200, JSON.stringify(body));
  // The provider asks again, as if this were another day.
  await page.context().clearCookies({ domain: "127.0.0.1" });
  await page.goto(body.url);
  await page.locator('input[name="who"]').waitFor();
}

/** Says who one is, or `null` to cancel, and waits for the page that one is sent back to: what its address says. @param {Page} page @param {string | null} who */
export async function answerProvider(page, who) {
  await submit(page, who);
  return arrival(page);
}

/** @param {Page} page @param {string | null} who */
async function submit(page, who) {
  if (who !== null) await page.locator('input[name="who"]').fill(who);
  await page.getByRole("button", { name: who === null ? "Cancel" : "Sign in" }).click();
}

/** Where a browser has been sent back to. @param {Page} page */
export async function arrival(page) {
  await page.waitForURL((url) => url.searchParams.has("came") || url.searchParams.has("error"));
  const { searchParams } = new URL(page.url());
  return { came: searchParams.get("came"), error: searchParams.get("error") };
}

/** The whole way. @param {Page} page @param {string} who @param {{ provider?: string, link?: boolean }} [options] */
export async function signInAt(page, who, options) {
  await goToProvider(page, options);
  return answerProvider(page, who);
}

/**
 * Goes to the provider and says who one is, but stays there: the address of the way back.
 * @param {OpenIdProvider} provider @param {Page} page @param {string} who
 */
export async function heldCallback(provider, page, who) {
  await goToProvider(page);
  /** @type {Promise<string>} */
  const held = new Promise((resolve) => {
    provider.hold = resolve;
  });
  await submit(page, who);
  const address = await held;
  provider.hold = null;
  await page.waitForFunction(() => document.title === "Held");
  return address;
}

/** Who is signed in in this browser. @param {Page} page */
export async function whoIsIn(page) {
  return (await ask(page, "/api/auth/get-session")).body?.user ?? null;
}
