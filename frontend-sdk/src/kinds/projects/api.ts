// `landfall.projects`: documents in a tree. A put keeps the members that it doesn't name. A delete cascades to the children, and a deleted project
// can be restored.

import type { Table } from "dexie";
import type { Edited } from "../../conflicts/edit";
import { InvalidInputError, LandfallError } from "../../errors";
import { restoreCascade } from "../../outbox/delete";
import { putRow, waitingEntry } from "../../outbox/write";
import type { WorkspaceSource } from "../../store/live";
import { stateOf } from "../../store/row-state";
import type { UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import { checkKey, cleanJson } from "../../store/validate";
import type { Clock } from "../../types/clock";
import type { PutOptions } from "../../types/collections";
import type { Observable } from "../../types/observable";
import type { Project, ProjectChanges, ProjectInput, Projects } from "../../types/projects";
import type { RowSync } from "../../types/rows";
import { newId } from "../../util/ids";
import type { Edits } from "../edits-on-demand";
import { RowCollection } from "../row-collection";
import { PROJECTS } from "./descriptor";

/** The limit of a document, in bytes, until the server has told it. */
const MAX_DATA_BYTES = 5 * 1024 * 1024;

export class ProjectsApi implements Projects {
  readonly #rows: RowCollection;

  constructor(source: WorkspaceSource, clock: Clock) {
    this.#rows = new RowCollection(source, clock, PROJECTS);
  }

  async put(input: ProjectInput, options: PutOptions = {}): Promise<Project> {
    const row: unknown = await this.#rows.edit(async (edits, db, kind, now) => {
      const { id = newId(), ...given } = await checkInput(edits, db, input);
      const fresh = { id, name: "Untitled", data: null, revision: 0, createdAt: now, updatedAt: now };
      const complete = (from: Row = fresh) => ({ ...from, ...given });
      const stamps = { updatedAt: now, clientUpdatedAt: now };
      const edit = { key: id, input: input as Row, complete, stamps };
      return checkMove(db, id, () => edits.putEdited(db, kind, edit, now, options));
    });
    return row as Project;
  }

  async update(id: string, changes: ProjectChanges): Promise<Project> {
    const row: unknown = await this.#rows.edit(async (edits, db, kind, now) => {
      const given = { ...(await checkInput(edits, db, changes)), updatedAt: now, clientUpdatedAt: now };
      return checkMove(db, id, () => edits.updateEdited(db, kind, id, given, now));
    });
    return row as Project;
  }

  async get(id: string): Promise<Project | undefined> {
    return (await this.#rows.get(id)) as unknown as Project | undefined;
  }

  async list(): Promise<Project[]> {
    return (await this.#rows.list()) as unknown as Project[];
  }

  async listDeleted(): Promise<Project[]> {
    return this.#rows.read(async (db) => {
      const states = await db.syncRows
        .filter(({ collection, deletedRow }) => collection === PROJECTS && !!deletedRow)
        .toArray();
      const living = new Set(await projectsIn(db).toCollection().primaryKeys());
      return states.flatMap(({ key, deletedRow }) => (living.has(key) ? [] : [deletedRow as unknown as Project]));
    });
  }

  delete(id: string): Promise<void> {
    return this.#rows.delete(id);
  }

  restore(id: string): Promise<Project> {
    return this.#rows.write(async (db, kind, now) => {
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
      return row as unknown as Project;
    });
  }

  all(): Observable<Project[] | undefined> {
    return this.#rows.all() as unknown as Observable<Project[] | undefined>;
  }

  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined> {
    return this.#rows.unsynced();
  }
}

function projectsIn(db: UserDatabase): Table<Project, string> {
  return db.table(PROJECTS);
}

/** A clean copy of the members that are given. */
async function checkInput(edits: Edits, db: UserDatabase, input: ProjectInput): Promise<ProjectInput> {
  edits.checkMembers(PROJECTS, input, "changes");
  const { id, name, data, parentId, thumbnailAssetId } = input;
  if (id !== undefined) checkKey("/id", id);
  const given = cleanJson("", { id, name, parentId, thumbnailAssetId }, 0) as ProjectInput;
  if (data === undefined) return given;
  const document = cleanJson("/data", data, 1) as ProjectInput["data"] & object;
  edits.checkSize("/data", document, (await edits.toldLimits(db)).maxProjectBytes ?? MAX_DATA_BYTES);
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
