// `landfall.conflicts`: open conflicts that the user decides. Both sides are kept until then.

import { LandfallError } from "../errors";
import { restoreCascade } from "../outbox/delete";
import { needsOf } from "../outbox/enqueue";
import { waitingEntry } from "../outbox/write";
import { liveOf, type WorkspaceSource } from "../store/live";
import { acceptRemote, rowOf, stateOf } from "../store/row-state";
import { guardStorage } from "../store/storage-errors";
import type { UserDatabase } from "../store/synced-kind";
import type { ConflictRow, Row } from "../store/tables";
import { checkRow } from "../store/validate";
import type { Clock } from "../types/clock";
import type { Conflict, Conflicts, Resolution } from "../types/conflicts";
import type { Observable } from "../types/observable";
import { toIso } from "../util/clock";
import { sendRebased } from "./reconcile";

export class ConflictInbox implements Conflicts {
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
  const kind = db.kinds.get(collection);
  const mine = kind && (await db.rows(kind).get(key));
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
  const kind = db.kinds.get(collection);
  const waiting = kind && (await waitingEntry(db, kind, key));
  if (!kind || !waiting || !(await db.conflicts.get([collection, key]))) {
    throw new LandfallError("not_found", "There is no open conflict about this row.");
  }
  const state = await stateOf(db, kind, key);
  if (resolution === "mine") {
    const mine: Row | null = (await db.rows(kind).get(key)) ?? null;
    return sendRebased(db, kind, waiting, state, mine);
  }
  if (waiting.op === "delete") await restoreCascade(db, waiting.cascade, now);
  if (resolution === "theirs") {
    await db.syncQueue.delete(waiting.id);
    return acceptRemote(db, kind, key, state, state.base ?? null);
  }
  const merged = checkRow(kind, rowOf(kind, key, resolution));
  const entry = { ...waiting, op: "put" as const, cascade: [], needs: await needsOf(db, kind, merged) };
  return sendRebased(db, kind, entry, state, merged);
}
