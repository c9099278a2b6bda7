// The real server as a process, with a data folder and a port of its own. It can be killed, and started again on the same data.
// It knows nothing of browsers and of what the server stores.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.mjs";

export const checkout = fileURLToPath(new URL("../../../..", import.meta.url));
export const binary = resolve(checkout, process.env.LANDFALL_BIN ?? "target/debug/landfall");
const frontend = resolve(checkout, process.env.LANDFALL_FRONTEND ?? "frontend-sdk/demo/dist");

const STOP_MS = 20_000;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
// Should a process end without stopping its servers, they still hear of it; each stops its PostgreSQL itself.
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

export class Server {
  /** @type {import("node:child_process").ChildProcess | null} */
  #process = null;
  /** Everything that it wrote to its log. */
  said = "";

  /** @param {number} port @param {string} dataDir @param {Record<string, string>} [settings] */
  constructor(port, dataDir, settings = {}) {
    this.settings = settings;
    this.port = port;
    this.dataDir = dataDir;
    this.url = `http://localhost:${port}`;
  }

  /**
   * A server with an empty database, ready to answer.
   * @param {{ demo?: boolean, settings?: Record<string, string>, port?: number }} [needs] whether it must have the demo to serve; settings that are not the default
   */
  static async start({ demo = true, settings = {}, port } = {}) {
    assert.ok(existsSync(binary), `There is no server at ${binary}: run \`cargo build\`, or set LANDFALL_BIN.`);
    assert.ok(!demo || existsSync(join(frontend, "index.html")), "The demo is not built: run `npm run demo:build`.");
    const server = new Server(port ?? (await freePort()), await mkdtemp(join(tmpdir(), "landfall-e2e-")), settings);
    await server.restart();
    return server;
  }

  /** The server's process. */
  get pid() {
    assert.ok(this.#process?.pid, "the server runs");
    return this.#process.pid;
  }

  /** Folder of the socket of the embedded PostgreSQL. */
  get socketDir() {
    return join(this.dataDir, "postgres/run");
  }

  /** Starts it on its data and port; resolves when it is ready. */
  async restart() {
    const { PATH, HOME } = process.env;
    const folders = { LANDFALL_DATA: this.dataDir, LANDFALL_FRONTEND: frontend };
    const env = { PATH, HOME, PORT: String(this.port), LANDFALL_LOG: "warn", ...folders, ...this.settings };
    const child = spawn(binary, [], { cwd: checkout, env, stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (text) => {
      this.said += text;
    });
    this.#process = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    await until("the server is ready", async () => {
      assert.equal(child.exitCode, null, `The server ended: ${this.said}`);
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
      return answer?.ok;
    });
  }

  /** SIGKILL: no answer, no farewell. PostgreSQL lives on, as it does when a real server dies. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Ends it and all that it started, and takes its data away. */
  async stop() {
    await this.#end("SIGTERM");
    await this.#stopOrphanedPostgres();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    const tooLong = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.kill(signal);
    await ended;
    clearTimeout(tooLong);
  }

  /** After a kill without a restart nobody else would stop it. SIGINT is PostgreSQL's "fast" shutdown; its last act is to remove this file. */
  async #stopOrphanedPostgres() {
    const pidFile = join(this.dataDir, "postgres/postmaster.pid");
    if (!existsSync(pidFile)) return;
    process.kill(Number((await readFile(pidFile, "utf8")).split("\n")[0]), "SIGINT");
    await until("PostgreSQL has ended", () => !existsSync(pidFile));
  }
}

/** A port that was free a moment ago. */
export async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  assert.ok(address && typeof address === "object");
  listener.close();
  await once(listener, "close");
  return address.port;
}
