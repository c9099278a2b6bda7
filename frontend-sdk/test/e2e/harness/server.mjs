// The real server as a process, with its own data folder and port. It can be killed and started again on the same data.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.mjs";
import { until } from "./until.mjs";

export const checkout = fileURLToPath(new URL("../../../..", import.meta.url));
export const binary = resolve(checkout, process.env.LANDFALL_BIN ?? "target/debug/landfall");
const frontend = resolve(checkout, process.env.LANDFALL_FRONTEND ?? "frontend-sdk/demo/dist");

/** A start makes a database, which takes long where other suites use the processors. */
const START_MS = 60_000;
const STOP_MS = 20_000;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
// If this process ends without stopping its servers, they get SIGTERM. Each stops its own PostgreSQL.
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

export class Server {
  /** @type {import("node:child_process").ChildProcess | null} */
  #process = null;
  /** The server's log so far. */
  log = "";

  /** @param {number} port @param {string} dataDir @param {Record<string, string>} [settings] */
  constructor(port, dataDir, settings = {}) {
    this.settings = settings;
    this.port = port;
    this.dataDir = dataDir;
    this.url = `http://localhost:${port}`;
  }

  /**
   * Starts a server with an empty database. Resolves when it is ready.
   * @param {{ demo?: boolean, settings?: Record<string, string>, port?: number }} [options] whether the demo must be built; settings that differ from the defaults
   */
  static async start({ demo = true, settings = {}, port } = {}) {
    assert.ok(existsSync(binary), `There is no server at ${binary}: run \`cargo build\`, or set LANDFALL_BIN.`);
    assert.ok(!demo || existsSync(join(frontend, "index.html")), "The demo is not built: run `npm run demo:build`.");
    const server = new Server(port ?? (await freePort()), await mkdtemp(join(tmpdir(), "landfall-e2e-")), settings);
    await server.restart();
    return server;
  }

  /** The process id of the server. */
  get pid() {
    assert.ok(this.#process?.pid, "the server runs");
    return this.#process.pid;
  }

  /** The folder of the socket of the embedded PostgreSQL. */
  get socketDir() {
    return join(this.dataDir, "postgres/run");
  }

  /** Starts the server on its data and port. Resolves when it is ready. */
  async restart() {
    const { PATH, HOME } = process.env;
    const folders = { LANDFALL_DATA: this.dataDir, LANDFALL_FRONTEND: frontend };
    const env = { PATH, HOME, PORT: String(this.port), LANDFALL_LOG: "warn", ...folders, ...this.settings };
    const child = spawn(binary, [], { cwd: checkout, env, stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (text) => {
      this.log += text;
    });
    this.#process = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    await until(
      "the server is ready",
      async () => {
        assert.equal(child.exitCode, null, `The server ended: ${this.log}`);
        const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
          () => null,
        );
        return answer?.ok;
      },
      START_MS,
    );
  }

  /** Kills the server with SIGKILL. Its PostgreSQL keeps running. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Sends SIGTERM. Resolves when the server has finished its requests and has ended. Its data stays. */
  async terminate() {
    await this.#end("SIGTERM");
  }

  /** Stops the server and its PostgreSQL, and removes their data. */
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

  /** Stops the PostgreSQL of a killed server. SIGINT is the fast shutdown. PostgreSQL removes its pid file last. */
  async #stopOrphanedPostgres() {
    const pidFile = join(this.dataDir, "postgres/postmaster.pid");
    if (!existsSync(pidFile)) return;
    process.kill(Number((await readFile(pidFile, "utf8")).split("\n")[0]), "SIGINT");
    await until("PostgreSQL has ended", () => !existsSync(pidFile));
  }
}
