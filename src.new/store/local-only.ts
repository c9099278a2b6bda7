// Whether a row leaves this device. Inside the caller's transaction.

import { AppState, type UserState } from "./app-state";
import type { SyncedKind, UserDatabase } from "./synced-kind";
import type { RowState } from "./tables";

/** Why a written row stays on this device; `undefined` if it is sent. `was` is its mark so far, `wanted` the application's choice for this row. */
export async function localOnlyOf(
  db: UserDatabase,
  { name, direction }: SyncedKind,
  was: RowState["localOnly"],
  wanted?: boolean,
): Promise<RowState["localOnly"]> {
  if (wanted ?? was === 1) return 1;
  if (direction === "device-only") return 2;
  const excluded = await new AppState<UserState>(db.appState).get("sync.excluded");
  return excluded?.includes(name) ? 2 : undefined;
}
