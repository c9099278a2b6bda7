// `landfall.conflicts`: open conflicts that the user decides. Both sides are kept until then.

import { liveOnDemand, type WorkspaceSource } from "../store/live";
import { guardStorage } from "../store/storage-errors";
import type { Clock } from "../types/clock";
import type { Conflict, Conflicts, Resolution } from "../types/conflicts";
import type { Observable } from "../types/observable";
import { toIso } from "../util/clock";
import type { ResolveConflict } from "./resolve";

interface Code {
  queryConflicts: typeof import("./open").queryConflicts;
  resolveConflict: ResolveConflict;
}

export class ConflictInbox implements Conflicts {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #load: () => Promise<Code>;

  /** `load` gives the code that reads and resolves conflicts. */
  constructor(source: WorkspaceSource, clock: Clock, load: () => Promise<Code>) {
    this.#source = source;
    this.#clock = clock;
    this.#load = load;
  }

  list(): Observable<Conflict[] | undefined> {
    return liveOnDemand(this.#source, this.#load, {
      key: ["conflicts"],
      query: (code, { db }) => code.queryConflicts(db),
    });
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
