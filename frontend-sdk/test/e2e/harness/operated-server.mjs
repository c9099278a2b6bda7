// A real server with the commands of an operator: sweep, backup and restore. All data is in the embedded PostgreSQL, which runs on while the server is
// stopped.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import pg from "pg";
import { binary, Server } from "./server.mjs";
import { until } from "./until.mjs";

export class OperatedServer {
  #server;

  /** @param {Server} server */
  constructor(server) {
    this.#server = server;
  }

  /** @param {Record<string, string>} [settings] */
  static async start(settings) {
    return new OperatedServer(await Server.start({ demo: false, settings }));
  }

  get url() {
    return this.#server.url;
  }

  async stop() {
    await this.#server.stop();
  }

  /** Removes all tombstones of all users. */
  async sweep() {
    // The server sweeps periodically, and only one process may sweep at a time.
    await until("no other process sweeps", async () => {
      const { code, output } = await this.#command("sweep", "--days", "0");
      assert.ok(code === 0 || output.includes("Another process is sweeping"), `the sweep failed: ${output}`);
      return code === 0;
    });
  }

  /** Copies all data and replaces the previous backup. */
  async backup() {
    await this.#whileStopped(["DROP DATABASE IF EXISTS backup", "CREATE DATABASE backup TEMPLATE landfall"]);
  }

  /** Replaces the data by the backup (docs/adr/0014): the server is stopped, and a new epoch begins before it starts. */
  async restore() {
    await this.#whileStopped(
      ["DROP DATABASE landfall WITH (FORCE)", "CREATE DATABASE landfall TEMPLATE backup"],
      async () => {
        const { code, output } = await this.#command("restore");
        assert.equal(code, 0, `the restore failed: ${output}`);
      },
    );
  }

  /** Runs statements while the server is stopped, because PostgreSQL copies only a database without connections. @param {string[]} statements @param {() => Promise<void>} [afterwards] */
  async #whileStopped(statements, afterwards) {
    await this.#server.kill();
    const client = new pg.Client({ host: this.#server.socketDir, user: "landfall", database: "postgres" });
    await client.connect();
    for (const sql of statements) await client.query(sql);
    await client.end();
    await afterwards?.();
    await this.#server.restart();
  }

  /** Runs the program beside the server, on the same database. @param {string[]} command */
  async #command(...command) {
    const { PATH, HOME } = process.env;
    const DATABASE_URL = `host='${this.#server.socketDir}' user=landfall dbname=landfall`;
    const child = spawn(binary, command, { env: { PATH, HOME, ...this.#server.settings, DATABASE_URL } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
      });
    }
    const [code] = await once(child, "close");
    return { code, output };
  }
}
