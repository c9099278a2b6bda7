// LiteChat's files beside the full export: one conversation, a project with the projects below it, and lists of these. Their rows are the same. Pure.

import { isPlainObject } from "../../store/validate";
import type { FullExportData } from "./types";

/** Members that are one row, with the section that they belong to. */
const SINGLE = { project: "projects", conversation: "conversations" } as const;
/** Members that are rows. */
const LISTS = ["conversations", "interactions"] as const;

/** The rows of such a file, as in a full export; `null` for a file of another form. */
export function rowsOfForm(file: unknown): FullExportData | null {
  const rows = { projects: [], conversations: [], interactions: [] } as Record<string, unknown[]>;
  const isForm = (part: unknown) => isPlainObject(part) && Object.keys(SINGLE).some((name) => name in part);
  if (!(Array.isArray(file) && file.length > 0 && file.every(isForm)) && !isForm(file)) return null;
  const take = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) take(item);
    if (!isPlainObject(part)) return;
    for (const [name, section] of Object.entries(SINGLE)) if (name in part) rows[section]?.push(part[name]);
    for (const name of LISTS) {
      const list = part[name];
      if (Array.isArray(list)) for (const row of list) rows[name]?.push(row);
    }
    take(part.children);
  };
  take(file);
  return { version: 1, exportedAt: "", ...rows };
}
