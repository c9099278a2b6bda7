// Which storage the server has: its own, the one that `make test-garage` started, or a process apart that can be killed.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request as ask, createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, checkout, freePort } from "./server.mjs";
import { until } from "./until.mjs";

/** Settings of a server. @returns {Record<string, string>} */
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

/** `landfall storage`: the embedded storage as a program of its own. */
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

  /** What a server needs to use it. @returns {Record<string, string>} */
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
 * A way to a storage process that lets browsers keep what they get, and speaks of origins only to who names one: as S3, R2 and Garage do. The embedded
 * storage is more generous.
 * @param {StorageProcess} storage
 */
export async function startFront(storage) {
  const front = createServer((question, response) => {
    const { method, url: path, headers } = question;
    const onward = ask({ host: "127.0.0.1", port: storage.port, method, path, headers }, (answer) => {
      const kept = { ...answer.headers, "cache-control": "private, max-age=3600" };
      if (!headers.origin) delete kept["access-control-allow-origin"];
      answer.pipe(response.writeHead(answer.statusCode ?? 502, kept));
    });
    onward.on("error", () => response.destroy());
    question.pipe(onward);
  });
  const port = await freePort();
  front.listen(port, "127.0.0.1");
  await once(front, "listening");
  const settings = { ...storage.settings, LANDFALL_STORAGE_PUBLIC_URL: `http://127.0.0.1:${port}` };
  return { settings, stop: () => front.close() };
}
