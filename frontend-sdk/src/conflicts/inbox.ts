// `landfall.conflicts`: open conflicts that the user decides. Both sides are kept until then.

import { liveOf, type WorkspaceSource } from "../store/live";
import { guardStorage } from "../store/storage-errors";
import type { UserDatabase } from "../store/synced-kind";
import type { ConflictRow } from "../store/tables";
import type { Clock } from "../types/clock";
import type { Conflict, Conflicts, Resolution } from "../types/conflicts";
import type { Observable } from "../types/observable";
import { toIso } from "../util/clock";
import type { ResolveConflict } from "./resolve";

export class ConflictInbox implements Conflicts {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #load: () => Promise<{ resolveConflict: ResolveConflict }>;

  /** `load` gives the code that resolves conflicts. */
  constructor(source: WorkspaceSource, clock: Clock, load: () => Promise<{ resolveConflict: ResolveConflict }>) {
    this.#source = source;
    this.#clock = clock;
    this.#load = load;
  }

  list(): Observable<Conflict[] | undefined> {
    return liveOf(this.#source, { key: ["conflicts"], query: ({ db }) => queryConflicts(db) });
  }

  async resolve({ collection, key }: Pick<Conflict, "collection" | "key">, resolution: Resolution): Promise<void> {
    const workspace = await this.#source.required();
    const { db } = workspace;
    const { resolveConflict } = await this.#load();
    await guardStorage(() =>
      db.transaction("rw", db.tables, async () =>
        resolveConflict(db, collection, key, resolution, toIso(this.#clock.now())),
      ),
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
