// The face of one kind of plain rows: writes go to the local table and the queue, reads come from the table.

import { LandfallError } from "../errors";
import { deleteRow } from "../outbox/delete";
import { putRow } from "../outbox/write";
import { liveOf, type WorkspaceSource } from "../store/live";
import { entriesIn, groupByKey } from "../store/row-state";
import { rowSync } from "../store/row-sync";
import { guardStorage } from "../store/storage-errors";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { checkKey, checkRow, requireWritable } from "../store/validate";
import type { Clock } from "../types/clock";
import type { Collection, PutOptions } from "../types/collections";
import type { Observable } from "../types/observable";
import type { RowSync } from "../types/rows";
import { toIso } from "../util/clock";

export class RowCollection implements Collection<Row> {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #name: string;

  /** `name` is the kind's. */
  constructor(source: WorkspaceSource, clock: Clock, name: string) {
    this.#source = source;
    this.#clock = clock;
    this.#name = name;
  }

  put(row: Row, options: PutOptions = {}): Promise<Row> {
    return this.write(async (db, kind, now) => {
      const checked = checkRow(kind, row);
      await putRow(db, kind, checked, now, options);
      return checked;
    });
  }

  async get(key: string): Promise<Row | undefined> {
    return this.read((db, kind) => db.rows(kind).get(key));
  }

  async list(): Promise<Row[]> {
    return this.read((db, kind) => db.rows(kind).toArray());
  }

  delete(key: string): Promise<void> {
    return this.write(async (db, kind, now) => {
      requireWritable(kind);
      checkKey(`/${kind.key}`, key);
      await deleteRow(db, kind, key, now);
    });
  }

  all(): Observable<Row[] | undefined> {
    return liveOf(this.#source, { query: ({ db }) => db.rows(this.#kind(db)).toArray() });
  }

  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined> {
    return liveOf(this.#source, { query: ({ db }) => queryUnsynced(db, this.#name) });
  }

  async read<T>(query: (db: UserDatabase, kind: SyncedKind) => PromiseLike<T>): Promise<T> {
    const { db } = await this.#source.required();
    return query(db, this.#kind(db));
  }

  /** Runs `work` in one transaction over all tables. `now` is RFC 3339 UTC. */
  async write<T>(work: (db: UserDatabase, kind: SyncedKind, now: string) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    const { db } = workspace;
    const now = toIso(this.#clock.now());
    const result = await guardStorage(() => db.transaction("rw", db.tables, async () => work(db, this.#kind(db), now)));
    workspace.wrote();
    return result;
  }

  #kind(db: UserDatabase): SyncedKind {
    const kind = db.kinds.get(this.#name);
    if (!kind) throw new LandfallError("unknown_collection", `There is no collection "${this.#name}".`);
    return kind;
  }
}

async function queryUnsynced(db: UserDatabase, name: string): Promise<ReadonlyMap<string, RowSync>> {
  const byKey = groupByKey(await entriesIn(db, name));
  return new Map([...byKey].map(([key, ofRow]) => [key, rowSync(ofRow)]));
}
