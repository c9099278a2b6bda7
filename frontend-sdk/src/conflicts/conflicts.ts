// `landfall.conflicts`: the inbox of changes that met another device's and that a person must decide about. Both sides are kept until then.

import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { ConflictRow, Row } from "../db/device-tables";
import { guardStorage } from "../db/storage-errors";
import { LandfallError } from "../errors";
import { liveOf, type WorkspaceSource } from "../live";
import { needsOf } from "../outbox/enqueue";
import { checkRow } from "../rows/check";
import { goOn, take } from "../rows/meet";
import { rowOf, stateOf } from "../rows/state";
import { restoreTaken } from "../rows/taken";
import { waitingEntry } from "../rows/write";
import type { Conflict, Conflicts as ConflictsApi, Observable, Resolution } from "../types";

export class Conflicts implements ConflictsApi {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;

  constructor(source: WorkspaceSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  list(): Observable<Conflict[] | undefined> {
    return liveOf(this.#source, { query: ({ db }) => queryConflicts(db) });
  }

  async resolve({ collection, key }: Pick<Conflict, "collection" | "key">, resolution: Resolution): Promise<void> {
    const workspace = await this.#source.required();
    const { db } = workspace;
    await guardStorage(() =>
      db.transaction("rw", db.tables, async () => resolve(db, collection, key, resolution, toIso(this.#clock.now()))),
    );
    workspace.wrote();
  }
}

async function queryConflicts(db: UserDatabase): Promise<Conflict[]> {
  const open = await db.conflicts.toArray();
  return Promise.all(open.map((conflict) => bothSides(db, conflict)));
}

async function bothSides(db: UserDatabase, { collection, key, base, since }: ConflictRow): Promise<Conflict> {
  const definition = db.definitions.get(collection);
  const mine = definition && (await db.rows(definition).get(key));
  const theirs = (await db.syncRows.get([collection, key]))?.base;
  return { collection, key, base, mine: mine ?? null, theirs: theirs ?? null, since };
}

async function resolve(
  db: UserDatabase,
  collection: string,
  key: string,
  resolution: Resolution,
  now: string,
): Promise<void> {
  const definition = db.definitions.get(collection);
  const waiting = definition && (await waitingEntry(db, definition, key));
  if (!definition || !waiting || !(await db.conflicts.get([collection, key]))) {
    throw new LandfallError("not_found", "There is no open conflict about this row.");
  }
  const state = await stateOf(db, definition, key);
  if (resolution === "mine") {
    const mine: Row | null = (await db.rows(definition).get(key)) ?? null;
    return goOn(db, definition, waiting, state, mine);
  }
  if (waiting.op === "delete") await restoreTaken(db, waiting.taken, now);
  if (resolution === "theirs") {
    await db.syncQueue.delete(waiting.id);
    return take(db, definition, key, state, state.base ?? null);
  }
  const merged = checkRow(definition, rowOf(definition, key, resolution));
  const entry = { ...waiting, op: "put" as const, taken: [], needs: await needsOf(db, definition, merged) };
  return goOn(db, definition, entry, state, merged);
}
