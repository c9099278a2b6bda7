// `landfall.projects`: documents in a tree. A put keeps the members that it doesn't name. A delete cascades to the children, and a deleted project
// can be restored.

import type { Table } from "dexie";
import { InvalidInputError, LandfallError } from "../../errors";
import { restoreCascade } from "../../outbox/delete";
import { putRow, waitingEntry } from "../../outbox/write";
import { liveOf, type WorkspaceSource } from "../../store/live";
import { stateOf } from "../../store/row-state";
import type { UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import { checkKey, checkText, cleanJson } from "../../store/validate";
import type { Clock } from "../../types/clock";
import type { PutOptions } from "../../types/collections";
import type { Observable } from "../../types/observable";
import type { Project, ProjectInput, Projects } from "../../types/projects";
import type { RowSync } from "../../types/rows";
import { newId } from "../../util/ids";
import { RowCollection } from "../row-collection";
import { PROJECTS } from "./descriptor";

const MAX_NAME_CHARS = 200;
const MAX_DATA_CHARS = 5 * 1024 * 1024;

export class ProjectsApi implements Projects {
  readonly #rows: RowCollection;
  readonly #source: WorkspaceSource;

  constructor(source: WorkspaceSource, clock: Clock) {
    this.#source = source;
    this.#rows = new RowCollection(source, clock, PROJECTS);
  }

  async put(input: ProjectInput, options: PutOptions = {}): Promise<Project> {
    const { id = newId(), ...given } = checkInput(input);
    return this.#rows.write(async (db, kind, now) => {
      const before: Project = (await projectsIn(db).get(id)) ?? {
        id,
        name: "Untitled",
        data: null,
        revision: 0,
        createdAt: now,
        updatedAt: now,
      };
      const row = { ...before, ...given, updatedAt: now, clientUpdatedAt: now } as Project;
      // A project that does not move may stand in a cycle, which two devices have made together.
      if (row.parentId !== before.parentId) await checkParent(db, row);
      await putRow(db, kind, { ...row }, now, options);
      return row;
    });
  }

  async get(id: string): Promise<Project | undefined> {
    return (await this.#rows.get(id)) as Project | undefined;
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
    return liveOf(this.#source, { query: ({ db }) => projectsIn(db).toArray() });
  }

  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined> {
    return this.#rows.unsynced();
  }
}

function projectsIn(db: UserDatabase): Table<Project, string> {
  return db.table(PROJECTS);
}

function checkInput({ id, name, data, parentId, thumbnailAssetId }: ProjectInput): ProjectInput {
  for (const [pointer, key] of Object.entries({
    "/id": id,
    "/parentId": parentId,
    "/thumbnailAssetId": thumbnailAssetId,
  })) {
    if (key != null) checkKey(pointer, key);
  }
  const document = data == null ? data : (cleanJson("/data", data, 1) as Row);
  if (document && JSON.stringify(document).length > MAX_DATA_CHARS) {
    throw new InvalidInputError("/data", "It is larger than 5 MiB.");
  }
  const given = { id, name: name === undefined ? name : checkText("/name", name, MAX_NAME_CHARS), data: document };
  const members = Object.entries({ ...given, parentId, thumbnailAssetId });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Throws InvalidInputError if a project would be its own ancestor. */
async function checkParent(db: UserDatabase, { id, parentId }: Project): Promise<void> {
  const seen = new Set([id]);
  for (let above = parentId; above; above = (await projectsIn(db).get(above))?.parentId) {
    if (seen.has(above)) throw new InvalidInputError("/parentId", "A project can't stand in itself or below itself.");
    seen.add(above);
  }
}
