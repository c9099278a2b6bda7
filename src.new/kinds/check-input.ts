// Checks what an application writes by the kind's rules and the server's limits. Loaded on demand (edits.ts).

import { InvalidInputError } from "../errors";
import { generatedMaxBytes } from "../generated/rules.gen";
import { AppState, type UserState } from "../store/app-state";
import { checkMembers } from "../store/check-members";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { isPlainObject, requireWritable } from "../store/validate";

/** The limit of a row of an application's own collection, in bytes, until the server has told it. */
const MAX_ROW_BYTES = 1024 * 1024;

/** Throws InvalidInputError, or LandfallError `read_only`. */
export function checkInput(kind: SyncedKind, input: Row, of: "row" | "changes"): void {
  requireWritable(kind);
  // What stays on this device is the application's alone, and so is what leaves it sealed.
  if (kind.direction === "both" && !kind.leavesSealed) checkMembers(kind.name, input, of);
  if (of === "changes" && !isPlainObject(input)) throw new InvalidInputError("", "Changes are a plain object.");
}

export async function maxRowBytes(db: UserDatabase, { name }: SyncedKind): Promise<number> {
  const told = await new AppState<UserState>(db.appState).get("sync.limits");
  return told?.maxValueBytes?.[name] ?? generatedMaxBytes[name] ?? MAX_ROW_BYTES;
}
