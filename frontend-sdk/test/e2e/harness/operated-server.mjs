// A real server in the hands of those who run it: swept while it runs, copied as a backup, and set back to one. All data is in the embedded
// PostgreSQL, which lives on while the server is away.

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

  /** Removes what was deleted before now, of everybody. */
  async sweep() {
    // The server does the same by and by, and one process does it at a time.
    await until("nobody else sweeps", async () => {
      const { code, said } = await this.#command("sweep", "--days", "0");
      assert.ok(code === 0 || said.includes("Another process is sweeping"), `the sweep failed: ${said}`);
      return code === 0;
    });
  }

  /** Copies all data, in the place of the backup before. */
  async backup() {
    await this.#whileAway(["DROP DATABASE IF EXISTS backup", "CREATE DATABASE backup TEMPLATE landfall"]);
  }

  /** Puts the backup in the place of the data, as docs/adr/0014 wants it: with the server stopped, and a new epoch before it starts again. */
  async restore() {
    await this.#whileAway(
      ["DROP DATABASE landfall WITH (FORCE)", "CREATE DATABASE landfall TEMPLATE backup"],
      async () => {
        const { code, said } = await this.#command("restore");
        assert.equal(code, 0, `the restore failed: ${said}`);
      },
    );
  }

  /** PostgreSQL copies a database that nobody is connected to. @param {string[]} statements @param {() => Promise<void>} [andThen] */
  async #whileAway(statements, andThen) {
    await this.#server.kill();
    const client = new pg.Client({ host: this.#server.socketDir, user: "landfall", database: "postgres" });
    await client.connect();
    for (const sql of statements) await client.query(sql);
    await client.end();
    await andThen?.();
    await this.#server.restart();
  }

  /** Runs the program beside the server, on the same database. @param {string[]} command */
  async #command(...command) {
    const { PATH, HOME } = process.env;
    const DATABASE_URL = `host='${this.#server.socketDir}' user=landfall dbname=landfall`;
    const child = spawn(binary, command, { env: { PATH, HOME, ...this.#server.settings, DATABASE_URL } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        said += text;
      });
    }
    const [code] = await once(child, "close");
    return { code, said };
  }
}
