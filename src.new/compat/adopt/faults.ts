// Why a row can't be stored: what the server would always refuse, and what is too large.

import { InvalidInputError } from "../../errors";
import { generatedMaxBytes } from "../../generated/rules.gen";
import { checkInput } from "../../kinds/check-input";
import { sizeOf } from "../../store/check-members";
import { checkRow } from "../../store/check-row";
import { bodyOf } from "../../store/merge";
import type { SyncedKind } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import type { Note, Run } from "./product";

/** The server's limits, until it has told them. */
const MAX_ROW_BYTES = 1024 * 1024;
const MAX_PROJECT_BYTES = 5 * 1024 * 1024;

/** `null`: it can be stored. `name` is the kind's. */
export function faultOf(name: string, row: Row, { db, limits }: Run): Note | null {
  const kind = db.kinds.get(name) as SyncedKind;
  const isProject = name === "projects";
  try {
    checkInput(kind, row, isProject ? "changes" : "row");
    checkRow(kind, row);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return noteOf(error);
  }
  const bytes = sizeOf(isProject ? row.data : bodyOf(kind, row, null));
  const most = isProject
    ? (limits?.maxProjectBytes ?? MAX_PROJECT_BYTES)
    : (limits?.maxValueBytes?.[name] ?? generatedMaxBytes[name] ?? MAX_ROW_BYTES);
  const message = `It has ${bytes.toLocaleString("en")} bytes, and ${most.toLocaleString("en")} are the most.`;
  return bytes > most ? { effect: "skipped", code: "too_large", message } : null;
}

export function noteOf({ errors }: InvalidInputError): Note {
  const message = errors.map(({ pointer, message: fault }) => `${pointer}: ${fault}`.trim()).join(" ");
  return { effect: "skipped", code: "invalid", message };
}
