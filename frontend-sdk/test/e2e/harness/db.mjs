// What is really in PostgreSQL, and a hand on its locks: the judge of every test.
// It reads the tables; it writes only what a test can't wait for, such as the end of ten minutes.

import pg from "pg";
import { until } from "./until.mjs";

/** @typedef {{ id: string, tempId: string | null, sessionId: string, content: string, position: number, revision: number }} StoredMessage */

export class Database {
  #client;
  #settings;
  /** @type {HeldWrites[]} */
  #held = [];

  /** @param {import("./server.mjs").Server} server */
  constructor(server) {
    this.#settings = { host: server.socketDir, user: "landfall", database: "landfall" };
    this.#client = new pg.Client(this.#settings);
  }

  /** @param {import("./server.mjs").Server} server */
  static async connect(server) {
    const db = new Database(server);
    await db.#client.connect();
    return db;
  }

  /** Gives back what a failed test still held. */
  async close() {
    for (const held of this.#held) await held.release();
    await this.#client.end();
  }

  /** @param {string} email @returns {Promise<string>} */
  async userId(email) {
    const { rows } = await this.#client.query('SELECT id FROM "user" WHERE email = $1', [email]);
    if (rows.length !== 1) throw new Error(`${rows.length} users have the address ${email}`);
    return rows[0].id;
  }

  /** All messages of a user in the server's order, deleted ones left out. @param {string} email @returns {Promise<StoredMessage[]>} */
  async messages(email) {
    const { rows } = await this.#client.query(
      `SELECT m.id, m.temp_id AS "tempId", m.session_id AS "sessionId", m.content, m.position::float8 AS position, m.revision::float8 AS revision
       FROM chat_messages m JOIN "user" u ON u.id = m.user_id
       WHERE u.email = $1 AND m.deleted_at IS NULL ORDER BY m.position`,
      [email],
    );
    return rows;
  }

  /** The texts of a user in the server's order. @param {string} email */
  async texts(email) {
    return (await this.messages(email)).map((message) => message.content);
  }

  /** For what no other method asks. @param {string} sql @param {unknown[]} [values] @returns {Promise<any[]>} */
  async query(sql, values) {
    return (await this.#client.query(sql, values)).rows;
  }

  /** Takes the lock that every write of this user waits for. @param {string} email */
  async holdWrites(email) {
    const userId = await this.userId(email);
    const holder = new pg.Client(this.#settings);
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM space WHERE user_id = $1 FOR UPDATE", [userId]);
    const held = new HeldWrites(holder, this.#client);
    this.#held.push(held);
    return held;
  }
}

/** A user's lock in the hands of the test. */
class HeldWrites {
  #holder;
  #watcher;
  #released = false;

  /** @param {pg.Client} holder @param {pg.Client} watcher */
  constructor(holder, watcher) {
    this.#holder = holder;
    this.#watcher = watcher;
  }

  /** Until a push stands before the lock: it has arrived, and nothing of it is decided. */
  async untilPushWaits() {
    await until("a push waits for the lock", async () => (await this.#waiting()).length === 1);
  }

  /** Ends the waiting push at the database, as if its machine had died too: it will never commit. */
  async breakWaitingPush() {
    for (const pid of await this.#waiting()) await this.#watcher.query("SELECT pg_terminate_backend($1)", [pid]);
    await until("the waiting push is gone", async () => (await this.#waiting()).length === 0);
  }

  /** Lets whoever waits go on. */
  async release() {
    if (this.#released) return;
    this.#released = true;
    await this.#holder.query("COMMIT");
    await this.#holder.end();
  }

  async #waiting() {
    const { rows } = await this.#watcher.query(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"space"%FOR UPDATE%'`,
    );
    return rows.map((row) => row.pid);
  }
}
