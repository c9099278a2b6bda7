// Checks a row as a whole. Loaded on demand (kinds/edits.ts). Pure.

import { InvalidInputError } from "../errors";
import type { SyncedKind } from "./synced-kind";
import type { Row } from "./tables";
import { checkKey, cleanJson, isPlainObject, requireWritable } from "./validate";

/** A clean copy of a row. Its members are checked elsewhere. Throws InvalidInputError, or LandfallError `read_only`. */
export function checkRow(kind: SyncedKind, row: unknown): Row {
  requireWritable(kind);
  if (!isPlainObject(row)) throw new InvalidInputError("", "A row is a plain object.");
  checkKey(`/${kind.key}`, row[kind.key]);
  return cleanJson("", row, 0) as Row;
}
