// What a device shows before its first pull has brought everything: the answer of `GET /api/sync/init`. The pull from the start follows and brings
// the same rows again. It is loaded on demand, since a device needs it once.

import { AppState, type UserState } from "../store/app-state";
import { keyOf } from "../store/entries";
import type { UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { Clock } from "../types/clock";
import type { SyncInitResponse } from "../types/wire";
import { markProvisional } from "./provisional";
import { storeRows } from "./pull";

export { fetchInitialSnapshot } from "../http/initial-snapshot";

export async function storeInitialSnapshot(db: UserDatabase, snapshot: SyncInitResponse, clock: Clock): Promise<void> {
  const changes = [...db.kinds.values()].flatMap((kind) =>
    ((kind.rowsInSnapshot?.(snapshot) ?? []) as readonly Row[]).map((value) => ({
      collection: kind.name,
      key: keyOf(kind, value),
      revision: Number(value.revision ?? value.version),
      value,
    })),
  );
  const { preferences } = snapshot;
  const summaries = Object.fromEntries(
    [...db.kinds.values()].map(({ name, summariesIn }) => [name, summariesIn?.(snapshot) ?? []]),
  );
  await db.transaction("rw", db.tables, async () => {
    await storeRows(db, changes, clock);
    await markProvisional(db, 1);
    await new AppState<UserState>(db.appState).setAll({
      "sync.pull": { cursor: null, complete: false, rows: 0 },
      "sync.limits": snapshot.limits,
      "sync.first": { summaries, preferences },
    });
  });
}
