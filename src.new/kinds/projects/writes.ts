// Writes of projects. Loaded on demand (kinds/edits.ts). All functions run inside the caller's transaction. `now` is RFC 3339 UTC.

import type { Table } from "dexie";
import { type Edited, putEdited, updateEdited } from "../../conflicts/edit";
import { InvalidInputError, LandfallError } from "../../errors";
import { restoreCascade } from "../../outbox/delete";
import { putRow, waitingEntry } from "../../outbox/write";
import { AppState, type UserState } from "../../store/app-state";
import { checkMembers, checkSize } from "../../store/check-members";
import { stateOf, statesIn } from "../../store/row-state";
import type { SyncedKind, UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import { checkKey, cleanJson } from "../../store/validate";
import type { PutOptions } from "../../types/collections";
import type { Project, ProjectInput } from "../../types/projects";
import { newId } from "../../util/ids";
import type { RestorableWrites } from "../restorable-writes";
import { PROJECTS } from "./descriptor";

/** The limit of a document, in bytes, until the server has told it. */
const MAX_DATA_BYTES = 5 * 1024 * 1024;

export const projectWrites: RestorableWrites = {
  put: putProject,
  update: updateProject,
  restore: restoreProject,
  deleted: deletedProjects,
};

/** Stores a project, with the members that the input leaves out as they are. Throws InvalidInputError. */
async function putProject(
  db: UserDatabase,
  kind: SyncedKind,
  input: Row,
  now: string,
  options: PutOptions = {},
): Promise<Edited> {
  const { id = newId(), ...given } = await checkInput(db, input);
  const fresh = { id, name: "Untitled", data: null, revision: 0, createdAt: now, updatedAt: now };
  const complete = (from: Row = fresh) => ({ ...from, ...given });
  const stamps = { updatedAt: now, clientUpdatedAt: now };
  const edit = { key: id, input, complete, stamps };
  return checkMove(db, id, () => putEdited(db, kind, edit, now, options));
}

/** Changes the named members. Throws InvalidInputError, and LandfallError `not_found`. */
async function updateProject(
  db: UserDatabase,
  kind: SyncedKind,
  id: string,
  changes: Row,
  now: string,
): Promise<Edited> {
  const given = { ...(await checkInput(db, changes)), updatedAt: now, clientUpdatedAt: now };
  return checkMove(db, id, () => updateEdited(db, kind, id, given, now));
}

/** The rows of deleted projects, as they were. */
async function deletedProjects(db: UserDatabase, kind: SyncedKind): Promise<Row[]> {
  const states = await statesIn(db, kind.name);
  const living = new Set(await projectsIn(db).toCollection().primaryKeys());
  return states.flatMap(({ key, deletedRow }) => (deletedRow && !living.has(key) ? [deletedRow] : []));
}

/** Restores a deleted project, without what was deleted with it. Throws LandfallError `not_found`. */
async function restoreProject(db: UserDatabase, kind: SyncedKind, id: string, now: string): Promise<Edited> {
  const { deletedRow } = await stateOf(db, kind, id);
  if (!deletedRow) throw new LandfallError("not_found", "There is no deleted project with this id on this device.");
  // A project whose parent is gone is restored at the top.
  const { parentId } = deletedRow;
  const parent = typeof parentId === "string" && (await projectsIn(db).get(parentId));
  // A delete that is not sent yet is taken back with all that it took.
  const waiting = await waitingEntry(db, kind, id);
  if (waiting?.op === "delete") await restoreCascade(db, waiting.cascade, now);
  const row = { ...deletedRow, ...(!parent && "parentId" in deletedRow && { parentId: null }), updatedAt: now };
  await putRow(db, kind, row, now);
  return { row };
}

function projectsIn(db: UserDatabase): Table<Project, string> {
  return db.table(PROJECTS);
}

/** A clean copy of the members that are given. */
async function checkInput(db: UserDatabase, input: ProjectInput): Promise<ProjectInput> {
  checkMembers(PROJECTS, input, "changes");
  const { id, name, data, parentId, thumbnailAssetId } = input;
  if (id !== undefined) checkKey("/id", id);
  const given = cleanJson("", { id, name, parentId, thumbnailAssetId }, 0) as ProjectInput;
  if (data === undefined) return given;
  const document = cleanJson("/data", data, 1) as ProjectInput["data"] & object;
  const told = await new AppState<UserState>(db.appState).get("sync.limits");
  checkSize("/data", document, told?.maxProjectBytes ?? MAX_DATA_BYTES);
  return { ...given, data: document };
}

/**
 * Throws InvalidInputError if the edit moves a project below itself. A project that does not move may stand in a cycle, which two devices have made
 * together.
 */
async function checkMove(db: UserDatabase, key: string, edit: () => Promise<Edited>): Promise<Edited> {
  const before = await projectsIn(db).get(key);
  const edited = await edit();
  const { id, parentId } = edited.row;
  if ((parentId ?? null) === (before?.parentId ?? null)) return edited;
  const seen = new Set([id]);
  for (let above = parentId; above; above = (await projectsIn(db).get(String(above)))?.parentId) {
    if (seen.has(above)) throw new InvalidInputError("/parentId", "A project can't stand in itself or below itself.");
    seen.add(above);
  }
  return edited;
}
