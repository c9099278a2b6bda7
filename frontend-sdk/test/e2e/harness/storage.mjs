// The storage of a server: embedded, the Garage of `make test-garage`, or a separate process that can be killed.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.mjs";
import { binary, checkout } from "./server.mjs";
import { until } from "./until.mjs";

/** The settings for the Garage of `make test-garage`, or none. @returns {Record<string, string>} */
export function storageSettings() {
  const { TEST_GARAGE_ENDPOINT, TEST_GARAGE_ACCESS_KEY, TEST_GARAGE_SECRET_KEY, TEST_GARAGE_BUCKET } = process.env;
  if (!TEST_GARAGE_ENDPOINT) return {};
  return {
    GARAGE_ENDPOINT: TEST_GARAGE_ENDPOINT,
    GARAGE_ACCESS_KEY: TEST_GARAGE_ACCESS_KEY ?? "",
    GARAGE_SECRET_KEY: TEST_GARAGE_SECRET_KEY ?? "",
    GARAGE_BUCKET: TEST_GARAGE_BUCKET ?? "",
  };
}

/** `landfall storage`: the embedded storage as its own process. */
export class StorageProcess {
  #secret = randomBytes(32).toString("hex");
  /** @type {import("node:child_process").ChildProcess | null} */
  #process = null;
  #dataDir;

  /** @param {number} port @param {string} dataDir */
  constructor(port, dataDir) {
    this.port = port;
    this.#dataDir = dataDir;
  }

  static async start() {
    const storage = new StorageProcess(await freePort(), await mkdtemp(join(tmpdir(), "landfall-storage-")));
    await storage.restart();
    return storage;
  }

  /** The settings of a server that uses it. @returns {Record<string, string>} */
  get settings() {
    return {
      GARAGE_ENDPOINT: `http://127.0.0.1:${this.port}`,
      GARAGE_REGION: "us-east-1",
      GARAGE_BUCKET: "landfall",
      GARAGE_ACCESS_KEY: "landfall",
      GARAGE_SECRET_KEY: this.#secret,
    };
  }

  async restart() {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, LANDFALL_DATA: this.#dataDir, LANDFALL_SECRET: this.#secret, LANDFALL_LOG: "warn" };
    const child = spawn(binary, ["storage", "--port", String(this.port)], { cwd: checkout, env, stdio: "ignore" });
    this.#process = child;
    await until("the storage answers", () =>
      fetch(`http://127.0.0.1:${this.port}/`).then(
        () => true,
        () => false,
      ),
    );
  }

  async kill() {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async stop() {
    await this.kill();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

/**
 * A proxy in front of a storage process that behaves like S3, R2 and Garage: answers are cacheable, and CORS headers are sent only to requests with an
 * `Origin`. The embedded storage sends them always.
 * @param {StorageProcess} storage
 */
export async function startProxy(storage) {
  const proxy = createServer((incoming, response) => {
    const { method, url: path, headers } = incoming;
    const outgoing = sendRequest({ host: "127.0.0.1", port: storage.port, method, path, headers }, (answer) => {
      const forwarded = { ...answer.headers, "cache-control": "private, max-age=3600" };
      if (!headers.origin) delete forwarded["access-control-allow-origin"];
      answer.pipe(response.writeHead(answer.statusCode ?? 502, forwarded));
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  const port = await freePort();
  proxy.listen(port, "127.0.0.1");
  await once(proxy, "listening");
  const settings = { ...storage.settings, LANDFALL_STORAGE_PUBLIC_URL: `http://127.0.0.1:${port}` };
  return { settings, stop: () => proxy.close() };
}
