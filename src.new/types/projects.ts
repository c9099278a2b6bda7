// Projects: documents in a tree.

import type { Collection, PutOptions } from "./collections";
import type { Project } from "./wire";

export type { Project };

/** Members that are left out stay as they are. */
export interface ProjectInput {
  /** Default: a new one. */
  id?: string;
  /** 1 to 200 characters. A new project without a name is called "Untitled". */
  name?: string;
  /** The application's document, replaced as a whole; at most 5 MiB of JSON. */
  data?: Record<string, unknown> | null;
  /** The parent project; `null` for none. */
  parentId?: string | null;
  thumbnailAssetId?: string | null;
}

/** Changes of a project: the members to change. */
export type ProjectChanges = Omit<ProjectInput, "id">;

export interface Projects extends Omit<Collection<Project>, "put" | "putMany" | "update" | "updateMany"> {
  /**
   * @example
   * const project = await landfall.projects.put({ name: "Poster", data: { layers: [] } });
   * await landfall.projects.put({ id: project.id, name: "Poster, A2" });
   */
  put(input: ProjectInput, options?: PutOptions): Promise<Project>;
  /**
   * Changes the named members of the project as it is now. Rejects with code `not_found`.
   *
   * @example
   * await landfall.projects.update(project.id, { name: "Poster, A2" });
   */
  update(id: string, changes: ProjectChanges): Promise<Project>;
  /** Deleted projects that this device can restore, as they were. */
  listDeleted(): Promise<Project[]>;
  /** Restores a deleted project, without what was deleted with it. Rejects with code `not_found`. */
  restore(id: string): Promise<Project>;
}
