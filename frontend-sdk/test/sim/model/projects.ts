// What may happen to projects: a tree of documents, each with a revision.

import type { Json, JsonObject } from "../json";
import { leaveProjects } from "./chat";
import { unlinkDeleted } from "./records";
import { invalid, Refusal } from "./refusal";
import { type ProjectRow, sameJson, type Write } from "./space";

/** What to write; a member that is left out stays as it is. */
export interface ProjectChanges {
  name?: string;
  data?: JsonObject | null;
  parentId?: string | null;
  thumbnailAssetId?: string | null;
  clientUpdatedAt?: string;
}

/** Another revision is stored: the caller shows the row. */
export const CONFLICT = Symbol("conflict");

/** Creates (base 0), changes, or restores. */
export function putProject(
  write: Write,
  id: string,
  base: number,
  changes: ProjectChanges,
): ProjectRow | typeof CONFLICT {
  const { projects } = write.space;
  const stored = projects.get(id);
  if (base !== (stored?.revision ?? 0)) return CONFLICT;
  if (stored && !stored.deletedAt && !differs(stored, changes)) return stored;
  const parentId = parentOf(write, id, stored, changes);
  const row: ProjectRow = {
    id,
    name: changes.name ?? stored?.name ?? "Untitled",
    data: changes.data === undefined ? (stored?.data ?? null) : changes.data,
    ...optional("parentId", parentId),
    ...optional(
      "thumbnailAssetId",
      changes.thumbnailAssetId === undefined ? stored?.thumbnailAssetId : changes.thumbnailAssetId,
    ),
    ...optional("clientUpdatedAt", changes.clientUpdatedAt ?? stored?.clientUpdatedAt),
    revision: (stored?.revision ?? 0) + 1,
    version: write.stamp,
    createdAt: stored?.createdAt ?? write.now,
    updatedAt: write.now,
  };
  projects.set(id, row);
  write.changed = true;
  return row;
}

/** Buries it and all below it, and takes out of them what only points at them. */
export function deleteProject(write: Write, id: string, base: number | null): ProjectRow | typeof CONFLICT {
  const stored = write.space.projects.get(id);
  if (!stored) throw new Refusal("not_found");
  if (stored.deletedAt) return stored;
  if (base !== null && base !== stored.revision) return CONFLICT;
  const family = familyOf(write, id);
  for (const member of family) {
    const row = write.space.projects.get(member);
    if (!row) continue;
    row.revision += 1;
    row.version = write.stamp;
    row.updatedAt = write.now;
    row.deletedAt = write.now;
  }
  write.changed = true;
  leaveProjects(write, family);
  unlinkDeleted(write, "projects", family);
  return stored;
}

function differs(stored: ProjectRow, changes: ProjectChanges): boolean {
  const changed = (member: "parentId" | "thumbnailAssetId") =>
    changes[member] !== undefined && changes[member] !== (stored[member] ?? null);
  return (
    (changes.name !== undefined && changes.name !== stored.name) ||
    changed("parentId") ||
    changed("thumbnailAssetId") ||
    (changes.data !== undefined && !sameJson(changes.data as Json, stored.data as Json))
  );
}

/** Where the project will stand. A parent is looked at only where it is new to the project. */
function parentOf(write: Write, id: string, stored: ProjectRow | undefined, changes: ProjectChanges): string | null {
  const given = changes.parentId !== undefined;
  const before = stored?.parentId ?? null;
  const parentId = changes.parentId === undefined ? before : changes.parentId;
  if (parentId === id) throw invalid("/parentId", "cycle");
  const settles = stored && !stored.deletedAt && parentId === before;
  if (parentId === null || settles) return parentId;
  const parent = write.space.projects.get(parentId);
  if (!parent || parent.deletedAt) {
    if (given) throw invalid("/parentId", "unknown_parent");
    // Restored without a word about the parent, which is gone: it comes back at the top.
    return null;
  }
  const seen = new Set<string>();
  for (let at: string | undefined = parentId; at !== undefined && !seen.has(at); ) {
    if (at === id) throw invalid("/parentId", "cycle");
    seen.add(at);
    at = write.space.projects.get(at)?.parentId;
  }
  return parentId;
}

/** The living project and every living one below it. */
function familyOf(write: Write, id: string): Set<string> {
  const family = new Set([id]);
  for (const member of family) {
    for (const row of write.space.projects.values()) {
      if (row.parentId === member && !row.deletedAt) family.add(row.id);
    }
  }
  return family;
}

function optional<K extends string>(member: K, value: string | null | undefined): { [M in K]?: string } {
  return value == null ? {} : ({ [member]: value } as { [M in K]: string });
}
