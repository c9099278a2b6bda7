// Reads PostgreSQL directly, and holds its locks. A test writes rows here only to replace a long wait, such as an expiry after ten minutes.

import pg from "pg";
import { until } from "./until.mjs";

/** @typedef {{ id: string, tempId: string | null, sessionId: string, content: string, position: number }} StoredMessage */

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

  /** Releases the locks that a failed test still holds, and disconnects. */
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
      `SELECT m.id, m.temp_id AS "tempId", m.session_id AS "sessionId", m.content, m.position::float8 AS position
       FROM chat_messages m JOIN "user" u ON u.key = m.owner
       WHERE u.email = $1 AND m.deleted_at IS NULL ORDER BY m.position`,
      [email],
    );
    return rows;
  }

  /** The texts of a user in the server's order. @param {string} email */
  async texts(email) {
    return (await this.messages(email)).map((message) => message.content);
  }

  /** Runs a statement and returns its rows. @param {string} sql @param {unknown[]} [values] @returns {Promise<any[]>} */
  async query(sql, values) {
    return (await this.#client.query(sql, values)).rows;
  }

  /** Takes the user's lock, so that every write of the user waits. @param {string} email */
  async holdWrites(email) {
    const userId = await this.userId(email);
    const holder = new pg.Client(this.#settings);
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query('SELECT 1 FROM user_version WHERE owner = (SELECT key FROM "user" WHERE id = $1) FOR UPDATE', [
      userId,
    ]);
    const held = new HeldWrites(holder, this.#client);
    this.#held.push(held);
    return held;
  }
}

/** A user's lock that the test holds. */
class HeldWrites {
  #holder;
  #watcher;
  #released = false;

  /** @param {pg.Client} holder @param {pg.Client} watcher */
  constructor(holder, watcher) {
    this.#holder = holder;
    this.#watcher = watcher;
  }

  /** Resolves when a push waits for the lock: the server has received it and applied nothing. */
  async untilPushWaits() {
    await until("a push waits for the lock", async () => (await this.#waiting()).length === 1);
  }

  /** Terminates the database connection of the waiting push, so that the push never commits. */
  async breakWaitingPush() {
    for (const pid of await this.#waiting()) await this.#watcher.query("SELECT pg_terminate_backend($1)", [pid]);
    await until("the waiting push is gone", async () => (await this.#waiting()).length === 0);
  }

  /** Releases the lock. */
  async release() {
    if (this.#released) return;
    this.#released = true;
    await this.#holder.query("COMMIT");
    await this.#holder.end();
  }

  async #waiting() {
    const { rows } = await this.#watcher.query(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"user_version"%FOR UPDATE%'`,
    );
    return rows.map((row) => row.pid);
  }
}
