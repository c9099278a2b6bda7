// One declared collection as an application uses it: local rows at once, the queue behind them. It knows rows and no collection by name.

import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { Row } from "../db/device-tables";
import { guardStorage } from "../db/storage-errors";
import { LandfallError } from "../errors";
import { liveOf, type WorkspaceSource } from "../live";
import { checkKey, checkRow, requireWritable } from "../rows/check";
import type { Definition } from "../rows/definition";
import { rowSync } from "../rows/row-sync";
import { entriesIn, groupByKey } from "../rows/state";
import { deleteRow, putRow } from "../rows/write";
import type { Collection, Observable, PutOptions, RowSync } from "../types";

export class RowCollection implements Collection<Row> {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #name: string;

  constructor(source: WorkspaceSource, clock: Clock, name: string) {
    this.#source = source;
    this.#clock = clock;
    this.#name = name;
  }

  put(row: Row, options: PutOptions = {}): Promise<Row> {
    return this.write(async (db, definition, now) => {
      const checked = checkRow(definition, row);
      await putRow(db, definition, checked, now, options);
      return checked;
    });
  }

  async get(key: string): Promise<Row | undefined> {
    return this.read((db, definition) => db.rows(definition).get(key));
  }

  async list(): Promise<Row[]> {
    return this.read((db, definition) => db.rows(definition).toArray());
  }

  delete(key: string): Promise<void> {
    return this.write(async (db, definition, now) => {
      requireWritable(definition);
      checkKey(`/${definition.key}`, key);
      await deleteRow(db, definition, key, now);
    });
  }

  all(): Observable<Row[] | undefined> {
    return liveOf(this.#source, { query: ({ db }) => db.rows(this.definition(db)).toArray() });
  }

  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined> {
    return liveOf(this.#source, { query: ({ db }) => queryUnsynced(db, this.#name) });
  }

  async read<T>(query: (db: UserDatabase, definition: Definition) => PromiseLike<T>): Promise<T> {
    const { db } = await this.#source.required();
    return query(db, this.definition(db));
  }

  /** One transaction over everything that a write may touch. */
  async write<T>(work: (db: UserDatabase, definition: Definition, now: string) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    const { db } = workspace;
    const now = toIso(this.#clock.now());
    const result = await guardStorage(() =>
      db.transaction("rw", db.tables, async () => work(db, this.definition(db), now)),
    );
    workspace.wrote();
    return result;
  }

  definition(db: UserDatabase): Definition {
    const definition = db.definitions.get(this.#name);
    if (!definition) throw new LandfallError("unknown_collection", `There is no collection "${this.#name}".`);
    return definition;
  }
}

/** Where the rows stand that the server doesn't have as they are here. */
async function queryUnsynced(db: UserDatabase, name: string): Promise<ReadonlyMap<string, RowSync>> {
  const byKey = groupByKey(await entriesIn(db, name));
  return new Map([...byKey].map(([key, ofRow]) => [key, rowSync(ofRow)]));
}
