// What was taken of old databases, in a database of its own beside the user's: a row that was deleted since is not taken again, and what one user has
// begun to take, no other one takes.

import { Dexie, type Table } from "dexie";
import { GUEST } from "../../guest/parts";
import { guardStorage } from "../../store/storage-errors";
import type { LandfallOptions } from "../../types";
import { keyText } from "./old-database";
import type { DatabaseReport } from "./types";

interface TakenRow {
  database: string;
  table: string;
  /** The old key, by `keyText`. */
  key: string;
  /** The key of the row that it has become. */
  id: string;
  /** The row here has another content, and stays as it is. */
  differs?: true;
}

export class TakenRows {
  readonly #db: TakenDatabase;

  constructor({ name, storage }: Pick<LandfallOptions, "name" | "storage">) {
    this.#db = new TakenDatabase(`${name}.adopted`, storage);
  }

  /** What a guest has begun, the user who signs in takes to its end. */
  async ownerOf(database: string, userId: string): Promise<DatabaseReport["owner"]> {
    const known = (await guardStorage(() => this.#db.owners.get(database)))?.userId;
    if (known === undefined) return "nobody";
    return known === userId || known === GUEST ? "mine" : "other";
  }

  async setOwner(database: string, userId: string): Promise<void> {
    await guardStorage(() => this.#db.owners.put({ database, userId }));
  }

  /** The ids of those that were taken, by `keyText`. */
  async among(database: string, table: string, keys: readonly IDBValidKey[]): Promise<Map<string, string>> {
    const wanted = keys.map((key): [string, string, string] => [database, table, keyText(key)]);
    const rows = await guardStorage(() => this.#db.taken.bulkGet(wanted));
    return new Map(rows.flatMap((row) => (row ? [[row.key, row.id]] : [])));
  }

  /** How many rows of a table are here with another content. */
  differing(database: string, table: string): Promise<number> {
    const ofTable = this.#db.taken
      .where("[database+table+key]")
      .between([database, table, ""], [database, table, "\uffff"]);
    return guardStorage(() => ofTable.filter(({ differs }) => differs === true).count());
  }

  async add(
    database: string,
    table: string,
    rows: readonly { key: IDBValidKey; id: string; differs: boolean }[],
  ): Promise<void> {
    const all = rows.map(({ key, id, differs }) => ({
      ...{ database, table, key: keyText(key), id },
      ...(differs && { differs }),
    }));
    await guardStorage(() => this.#db.taken.bulkPut(all));
  }

  async forget(database: string): Promise<void> {
    const { taken, owners } = this.#db;
    await guardStorage(() =>
      this.#db.transaction("rw", taken, owners, async () => {
        await taken.where("database").equals(database).delete();
        await owners.delete(database);
      }),
    );
  }

  close(): void {
    this.#db.close();
  }
}

class TakenDatabase extends Dexie {
  declare taken: Table<TakenRow, [string, string, string]>;
  declare owners: Table<{ database: string; userId: string }, string>;

  constructor(name: string, storage: LandfallOptions["storage"]) {
    super(name, { ...storage, cache: "disabled", chromeTransactionDurability: "strict" });
    this.version(1).stores({ taken: "[database+table+key], database", owners: "database" });
  }
}
