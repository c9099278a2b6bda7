// The environment of a test file: one real server, its database, and browser profiles that are removed after each test. A test fails if a page logs an
// error.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { Device } from "./browser.mjs";
import { Database } from "./db.mjs";
import { Server } from "./server.mjs";

/** The time limit of each test. The slowest test takes a fifth of it on two cores. */
export const LIMIT = { timeout: 90_000 };

export class TestEnvironment {
  /** @type {Server | undefined} */
  #server;
  /** @type {Database | undefined} */
  #db;
  /** @type {Device[]} */
  #devices = [];

  get server() {
    assert.ok(this.#server, "the environment starts before the first test");
    return this.#server;
  }

  get db() {
    assert.ok(this.#db, "the environment starts before the first test");
    return this.#db;
  }

  /** A new browser profile. @param {import("playwright-core").BrowserContextOptions} [options] */
  async device(options) {
    const device = await Device.open(this.server, options);
    this.#devices.push(device);
    return device;
  }

  /** @param {Record<string, string>} [settings] of the server @param {number} [port] */
  async start(settings, port) {
    this.#server = await Server.start({ settings, port });
    this.#db = await Database.connect(this.#server);
  }

  /** Removes the devices of a test. Returns the errors that their pages logged. */
  async tearDown() {
    const devices = this.#devices.splice(0);
    for (const device of devices) await device.dispose();
    return devices.flatMap((device) => device.errors);
  }

  async stop() {
    await this.tearDown();
    await this.#db?.close();
    await this.#server?.stop();
  }
}

/** Starts an environment before the tests of the file and stops it after them. Call it once at the top of the file. */
export function useTestEnvironment() {
  const env = new TestEnvironment();
  before(() => env.start());
  afterEach(async () => {
    assert.deepEqual(await env.tearDown(), [], "a page logged an error");
  });
  after(() => env.stop());
  return env;
}
