// The face of a kind whose deleted rows can be restored. Its writes are loaded on demand (edits.ts).

import type { WorkspaceSource } from "../store/live";
import type { Row } from "../store/tables";
import type { Clock } from "../types/clock";
import type { PutOptions } from "../types/collections";
import { type Edits, requireEdits } from "./edits-on-demand";
import type { RestorableWrites } from "./restorable-writes";
import { RowCollection } from "./row-collection";

export class RestorableCollection extends RowCollection {
  readonly #writes: (edits: Edits) => RestorableWrites;

  constructor(source: WorkspaceSource, clock: Clock, name: string, writes: (edits: Edits) => RestorableWrites) {
    super(source, clock, name);
    this.#writes = writes;
  }

  override put(input: Row, options?: PutOptions): Promise<Row> {
    return this.edit((edits, db, kind, now) => this.#writes(edits).put(db, kind, input, now, options));
  }

  override update(key: string, changes: Row): Promise<Row> {
    return this.edit((edits, db, kind, now) => this.#writes(edits).update(db, kind, key, changes, now));
  }

  restore(key: string): Promise<Row> {
    return this.edit((edits, db, kind, now) => this.#writes(edits).restore(db, kind, key, now));
  }

  async listDeleted(): Promise<Row[]> {
    const { deleted } = this.#writes(await requireEdits());
    return this.read(deleted);
  }
}
