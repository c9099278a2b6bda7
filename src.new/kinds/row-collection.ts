// The face of one kind of plain rows: writes go to the local table and the queue, reads come from the table.

import type { Table } from "dexie";
import type { Edited } from "../conflicts/edit";
import { LandfallError } from "../errors";
import { counted } from "../store/atomic";
import { entriesIn, groupByKey } from "../store/entries";
import { liveOf, liveOnDemand, type WorkspaceSource } from "../store/live";
import { rowSync } from "../store/row-sync";
import { guardStorage } from "../store/storage-errors";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { Clock } from "../types/clock";
import type { Collection, PutOptions, RowChanges } from "../types/collections";
import type { Observable } from "../types/observable";
import type { Query, Where } from "../types/query";
import type { RowSync } from "../types/rows";
import { toIso } from "../util/clock";
import { type Edits, loadEdits, loadedEdits, requireEdits } from "./edits-on-demand";
import { type QueryRunner, type Reads, RowQuery, where } from "./query";
import type { QueryPlan } from "./query-plan";

export class RowCollection implements Collection<Row>, QueryRunner {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #name: string;

  /** `name` is the kind's. */
  constructor(source: WorkspaceSource, clock: Clock, name: string) {
    this.#source = source;
    this.#clock = clock;
    this.#name = name;
    // There may be no network later.
    void loadEdits();
  }

  put(row: Row, options: PutOptions = {}): Promise<Row> {
    return this.edit((edits, db, kind, now) => edits.put(db, kind, row, now, options));
  }

  update(key: string, changes: Partial<Row>): Promise<Row> {
    return this.edit((edits, db, kind, now) => edits.update(db, kind, key, changes, now));
  }

  putMany(rows: readonly Row[], options: PutOptions = {}): Promise<Row[]> {
    return this.#editMany((edits, db, kind, now) => edits.putMany(db, kind, rows, now, options));
  }

  updateMany(all: readonly RowChanges<Row>[]): Promise<Row[]> {
    return this.#editMany((edits, db, kind, now) => edits.updateMany(db, kind, all, now));
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await this.#editMany((edits, db, kind, now) => edits.deleteMany(db, kind, keys, now));
  }

  get(key: string): Promise<Row | undefined> {
    return this.read(async (db, kind) => {
      const row = await db.rows(kind).get(key);
      return row && give(db, kind, [row])[0];
    });
  }

  list(): Promise<Row[]> {
    return this.read(listRows);
  }

  async delete(key: string): Promise<void> {
    const edits = await requireEdits();
    await this.write((db, kind, now) => edits.remove(db, kind, key, now));
  }

  where(index: string): Where<Row, unknown> {
    return where(this, index);
  }

  orderBy(index: string): Query<Row> {
    return new RowQuery(this, {}).orderBy(index);
  }

  limit(rows: number): Query<Row> {
    return new RowQuery(this, { limit: rows });
  }

  count(): Promise<number> {
    return this.run("count", {});
  }

  checkIndex(index: string): void {
    const db = this.#source.current.get()?.db;
    if (db) loadedEdits()?.requireIndex(db, this.#kind(db), index);
  }

  async run<N extends keyof Reads>(read: N, plan: QueryPlan): Promise<Awaited<ReturnType<Reads[N]>>> {
    const edits = await requireEdits();
    return this.read((db, kind) => edits.runQuery(read, db, kind, plan));
  }

  live<N extends keyof Reads>(read: N, plan: QueryPlan): Observable<Awaited<ReturnType<Reads[N]>> | undefined> {
    const key = [this.#name, read, JSON.stringify(plan)];
    return liveOnDemand(this.#source, requireEdits, {
      key,
      query: (edits, { db }) => edits.runQuery(read, db, this.#kind(db), plan),
    });
  }

  all(): Observable<Row[] | undefined> {
    return liveOf(this.#source, { key: [this.#name], query: ({ db }) => listRows(db, this.#kind(db)) });
  }

  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined> {
    return liveOf(this.#source, { key: [this.#name, "unsynced"], query: ({ db }) => queryUnsynced(db, this.#name) });
  }

  /** Runs an edit like `write`, and asks the user about the row where that must be. */
  async edit(work: (edits: Edits, db: UserDatabase, kind: SyncedKind, now: string) => Promise<Edited>): Promise<Row> {
    const edits = await requireEdits();
    return this.write(async (db, kind, now) => {
      return edits.askWhereNeeded(db, kind, await work(edits, db, kind, now), this.#clock);
    });
  }

  /** Runs many edits in one transaction over the tables that they touch. */
  async #editMany(
    work: (edits: Edits, db: UserDatabase, kind: SyncedKind, now: string) => Promise<Edited[]>,
  ): Promise<Row[]> {
    const edits = await requireEdits();
    return this.write(async (db, kind, now) => {
      const edited = await work(edits, db, kind, now);
      for (const one of edited) await edits.askWhereNeeded(db, kind, one, this.#clock);
      return edited.map(({ row }) => row);
    }, edits.touchedTables);
  }

  async read<T>(query: (db: UserDatabase, kind: SyncedKind) => PromiseLike<T>): Promise<T> {
    return counted(async () => {
      const { db } = await this.#source.required();
      await loadEdits();
      return guardStorage(() => query(db, this.#kind(db)));
    });
  }

  /** Runs `work` in one transaction over all tables, or over those of `tables`. `now` is RFC 3339 UTC. */
  async write<T>(
    work: (db: UserDatabase, kind: SyncedKind, now: string) => Promise<T>,
    tables: (db: UserDatabase, kind: SyncedKind) => Table[] = (db) => db.tables,
  ): Promise<T> {
    return counted(async () => {
      const workspace = await this.#source.required();
      const { db } = workspace;
      const kind = this.#kind(db);
      const now = toIso(this.#clock.now());
      const result = await guardStorage(() => db.transaction("rw", tables(db, kind), async () => work(db, kind, now)));
      workspace.wrote();
      return result;
    });
  }

  #kind(db: UserDatabase): SyncedKind {
    const kind = db.kinds.get(this.#name);
    if (!kind) throw new LandfallError("unknown_collection", `There is no collection "${this.#name}".`);
    return kind;
  }
}

async function listRows(db: UserDatabase, kind: SyncedKind): Promise<Row[]> {
  return give(db, kind, await db.rows(kind).toArray());
}

/** Remembers rows that the application is given. */
function give(db: UserDatabase, kind: SyncedKind, rows: Row[]): Row[] {
  return loadedEdits()?.handedOut(db).give(kind, rows) ?? rows;
}

async function queryUnsynced(db: UserDatabase, name: string): Promise<ReadonlyMap<string, RowSync>> {
  const byKey = groupByKey(await entriesIn(db, name));
  return new Map([...byKey].map(([key, ofRow]) => [key, rowSync(ofRow)]));
}
