// Writes of projects: a tree of documents, each with a revision.

import type { Json, JsonObject } from "../json";
import { ApiError, CONFLICT, invalid } from "./api-error";
import { unlinkProjects } from "./chat";
import { unlinkDeleted } from "./records";
import { type ProjectRow, sameJson, type Write } from "./user-data";

/** The members to write. A missing member stays as it is. */
export interface ProjectChanges {
  name?: string;
  data?: JsonObject | null;
  parentId?: string | null;
  thumbnailAssetId?: string | null;
  clientUpdatedAt?: string;
}

/** Creates (base 0), changes or restores a project. */
export function putProject(
  write: Write,
  id: string,
  base: number,
  changes: ProjectChanges,
): ProjectRow | typeof CONFLICT {
  const { projects } = write.userData;
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

/** Soft-deletes the project and all projects below it, and unlinks the rows that refer to them. */
export function deleteProject(write: Write, id: string, base: number | null): ProjectRow | typeof CONFLICT {
  const stored = write.userData.projects.get(id);
  if (!stored) throw new ApiError("not_found");
  if (stored.deletedAt) return stored;
  if (base !== null && base !== stored.revision) return CONFLICT;
  const subtree = subtreeOf(write, id);
  for (const member of subtree) {
    const row = write.userData.projects.get(member);
    if (!row) continue;
    row.revision += 1;
    row.version = write.stamp;
    row.updatedAt = write.now;
    row.deletedAt = write.now;
  }
  write.changed = true;
  unlinkProjects(write, subtree);
  unlinkDeleted(write, "projects", subtree);
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

/** The new parent. It is checked only if it is new to the project. */
function parentOf(write: Write, id: string, stored: ProjectRow | undefined, changes: ProjectChanges): string | null {
  const given = changes.parentId !== undefined;
  const before = stored?.parentId ?? null;
  const parentId = changes.parentId === undefined ? before : changes.parentId;
  if (parentId === id) throw invalid("/value/parentId", "cycle");
  const unchanged = stored && !stored.deletedAt && parentId === before;
  if (parentId === null || unchanged) return parentId;
  const parent = write.userData.projects.get(parentId);
  if (!parent || parent.deletedAt) {
    if (given) throw invalid("/value/parentId", "unknown_parent");
    // A project that is restored without a new parent moves to the top if its parent is deleted.
    return null;
  }
  const seen = new Set<string>();
  for (let at: string | undefined = parentId; at !== undefined && !seen.has(at); ) {
    if (at === id) throw invalid("/value/parentId", "cycle");
    seen.add(at);
    at = write.userData.projects.get(at)?.parentId;
  }
  return parentId;
}

/** The project and all living projects below it. */
function subtreeOf(write: Write, id: string): Set<string> {
  const subtree = new Set([id]);
  for (const member of subtree) {
    for (const row of write.userData.projects.values()) {
      if (row.parentId === member && !row.deletedAt) subtree.add(row.id);
    }
  }
  return subtree;
}

function optional<K extends string>(member: K, value: string | null | undefined): { [M in K]?: string } {
  return value == null ? {} : ({ [member]: value } as { [M in K]: string });
}
