// What the writes of a kind offer whose deleted rows can be restored.

import type { Edited } from "../conflicts/edit";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { PutOptions } from "../types/collections";

/** The writes of a kind, inside the caller's transaction. `now` is RFC 3339 UTC. All but `deleted` throw InvalidInputError or LandfallError. */
export interface RestorableWrites {
  put(db: UserDatabase, kind: SyncedKind, input: Row, now: string, options?: PutOptions): Promise<Edited>;
  update(db: UserDatabase, kind: SyncedKind, key: string, changes: Row, now: string): Promise<Edited>;
  restore(db: UserDatabase, kind: SyncedKind, key: string, now: string): Promise<Edited>;
  /** The rows of deleted rows, as they were. */
  deleted(db: UserDatabase, kind: SyncedKind): Promise<Row[]>;
}
