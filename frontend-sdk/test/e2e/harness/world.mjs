// What a test file stands on: one real server and its database, devices that are put away after each test, and one rule for all of them:
// no page may complain.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { Device } from "./browser.mjs";
import { Database } from "./db.mjs";
import { Server } from "./server.mjs";

/** For each test of the suite; the slowest takes a fifth of it on two cores. */
export const LIMIT = { timeout: 90_000 };

export class World {
  /** @type {Server | undefined} */
  #server;
  /** @type {Database | undefined} */
  #db;
  /** @type {Device[]} */
  #devices = [];

  get server() {
    assert.ok(this.#server, "the world begins with the first test");
    return this.#server;
  }

  get db() {
    assert.ok(this.#db, "the world begins with the first test");
    return this.#db;
  }

  /** A new browser profile. @param {import("playwright-core").BrowserContextOptions} [options] */
  async device(options) {
    const device = await Device.open(this.server, options);
    this.#devices.push(device);
    return device;
  }

  /** @param {Record<string, string>} [settings] of the server @param {number} [port] */
  async begin(settings, port) {
    this.#server = await Server.start({ settings, port });
    this.#db = await Database.connect(this.#server);
  }

  /** Puts the devices of a test away and gives back what their pages complained of. */
  async putAway() {
    const devices = this.#devices.splice(0);
    for (const device of devices) await device.dispose();
    return devices.flatMap((device) => device.complaints);
  }

  async end() {
    await this.putAway();
    await this.#db?.close();
    await this.#server?.stop();
  }
}

/** Call once at the head of a test file. */
export function useWorld() {
  const world = new World();
  before(() => world.begin());
  afterEach(async () => {
    assert.deepEqual(await world.putAway(), [], "a page complained");
  });
  after(() => world.end());
  return world;
}
