// `landfall.projects`: documents in a tree. A put keeps the members that it doesn't name, a deleted project can be restored, and its
// children go with it.

import { checkText } from "../chat/check";
import type { Clock } from "../clock";
import { RowCollection } from "../collections/collection";
import type { ProjectRow, UserDatabase } from "../db/database";
import type { Row } from "../db/device-tables";
import { InvalidInputError, LandfallError } from "../errors";
import { newId } from "../ids";
import { liveOf, type WorkspaceSource } from "../live";
import { checkKey, cleanJson } from "../rows/check";
import { PROJECTS } from "../rows/definition";
import { stateOf } from "../rows/state";
import { putRow } from "../rows/write";
import type { Observable, Project, ProjectInput, Projects as ProjectsApi, PutOptions, RowSync } from "../types";

const MAX_NAME_CHARS = 200;
const MAX_DATA_CHARS = 5 * 1024 * 1024;

export class Projects implements ProjectsApi {
  readonly #rows: RowCollection;
  readonly #source: WorkspaceSource;

  constructor(source: WorkspaceSource, clock: Clock) {
    this.#source = source;
    this.#rows = new RowCollection(source, clock, PROJECTS);
  }

  async put(input: ProjectInput, options: PutOptions = {}): Promise<Project> {
    const { id = newId(), ...given } = checkInput(input);
    return this.#rows.write(async (db, definition, now) => {
      const before: ProjectRow = (await db.projects.get(id)) ?? {
        id,
        name: "Untitled",
        data: null,
        revision: 0,
        createdAt: now,
        updatedAt: now,
      };
      const row = { ...before, ...given, updatedAt: now, clientUpdatedAt: now } as ProjectRow;
      await checkParent(db, row);
      await putRow(db, definition, { ...row }, now, options);
      return row;
    });
  }

  async get(id: string): Promise<Project | undefined> {
    return (await this.#rows.get(id)) as Project | undefined;
  }

  async list(): Promise<Project[]> {
    return (await this.#rows.list()) as unknown as Project[];
  }

  /** As they were when they were deleted, on this device or while it was looking on. */
  async listDeleted(): Promise<Project[]> {
    return this.#rows.read(async (db) => {
      const states = await db.syncRows
        .filter(({ collection, buried }) => collection === PROJECTS && !!buried)
        .toArray();
      const living = new Set(await db.projects.toCollection().primaryKeys());
      return states.flatMap(({ key, buried }) => (living.has(key) ? [] : [buried as unknown as Project]));
    });
  }

  delete(id: string): Promise<void> {
    return this.#rows.delete(id);
  }

  restore(id: string): Promise<Project> {
    return this.#rows.write(async (db, definition, now) => {
      const { buried } = await stateOf(db, definition, id);
      if (!buried) throw new LandfallError("not_found", "There is no deleted project with this id on this device.");
      // Its parent may be gone for good: then it comes back at the top.
      const parent = typeof buried.parentId === "string" && (await db.projects.get(buried.parentId));
      const row = { ...buried, ...(!parent && "parentId" in buried && { parentId: null }), updatedAt: now };
      await putRow(db, definition, row, now);
      return row as unknown as Project;
    });
  }

  all(): Observable<Project[] | undefined> {
    return liveOf(this.#source, { query: ({ db }) => db.projects.toArray() });
  }

  unsynced(): Observable<ReadonlyMap<string, RowSync> | undefined> {
    return this.#rows.unsynced();
  }
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

/** A project doesn't stand in itself, nor below itself. */
async function checkParent(db: UserDatabase, { id, parentId }: ProjectRow): Promise<void> {
  const seen = new Set([id]);
  for (let above = parentId; above; above = (await db.projects.get(above))?.parentId) {
    if (seen.has(above)) throw new InvalidInputError("/parentId", "A project can't stand in itself or below itself.");
    seen.add(above);
  }
}
