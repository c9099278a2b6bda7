// Rows of one project, for tables with an index on `projectId`.

import type { Table } from "dexie";

/** `null`: rows without a project. `undefined`: all rows. */
export interface OfProject {
  projectId?: string | null;
}

/** The rows of a project, in the order of the table, or sorted by `newestBy`, the greatest first. */
export async function rowsOfProject<T extends { projectId: string | null }>(
  table: Table<T, string>,
  { projectId }: OfProject,
  newestBy?: string,
): Promise<T[]> {
  const sorted = newestBy ? table.orderBy(newestBy).reverse() : table.toCollection();
  if (projectId === undefined) return sorted.toArray();
  // `null` is in no index.
  if (projectId === null) return sorted.filter((row) => row.projectId == null).toArray();
  const rows = table.where("projectId").equals(projectId);
  return newestBy ? rows.reverse().sortBy(newestBy) : rows.toArray();
}
