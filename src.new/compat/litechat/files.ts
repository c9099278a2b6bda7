// The methods about files: exports of everything, of one conversation, of one project, imports, and rows one by one.

import { LandfallError } from "../../errors";
import type { Row } from "../../store/tables";
import { invalidTableError } from "./errors";
import type { FileReport } from "./import-rows";
import type { Rows } from "./rows";
import { TABLES, type TableName } from "./tables";
import {
  ALL_SECTIONS,
  exportData,
  importData,
  type RowsOfExport,
  readFile,
  withContents,
  withMovedContents,
} from "./transfer";
import { type AppRow, keyOf, toAppRow } from "./values";

export function files(rows: Rows) {
  const conversationOf = async (conversation: Row) => {
    const found = await rows.store("interactions").find("conversationId", String(conversation.id));
    return rows.copies("interactions", found);
  };
  const one = async (name: TableName, id: string): Promise<AppRow> => {
    const row = await rows.store(name).get(keyOf(id));
    const [copy] = row ? await rows.copies(name, [row]) : [];
    if (!copy) throw new LandfallError("not_found", `There is no row "${id}" in ${name}.`);
    return copy;
  };
  return {
    getAllDataForExport: async (flags: object) => withContents(rows, await rows.inTurn(() => exportData(rows, flags))),
    exportAllData: async () => withContents(rows, await rows.inTurn(() => exportData(rows, ALL_SECTIONS))),
    async importAllData(file: unknown, flags: object = ALL_SECTIONS, { strict = false } = {}): Promise<FileReport> {
      const given = readFile(file);
      return rows.write(
        (moved: RowsOfExport) => importData(rows, moved, flags, strict),
        async (added) => withMovedContents(rows, given, added),
      );
    },
    exportConversationData: async (id: string) =>
      withContents(
        rows,
        await rows.inTurn(async () => {
          const conversation = await one("conversations", id);
          return { conversation, interactions: byIndex(await conversationOf(conversation)) };
        }),
      ),
    exportProjectData: async (id: string) =>
      withContents(
        rows,
        await rows.inTurn(async () => {
          const project = await one("projects", id);
          const [projects, all] = [await rows.listCopies("projects"), await rows.listCopies("conversations")];
          const documentOf = async (row: AppRow): Promise<ProjectDocument> => {
            const conversations = all.filter(({ projectId }) => projectId === row.id);
            const interactions: AppRow[] = [];
            for (const conversation of conversations) interactions.push(...byIndex(await conversationOf(conversation)));
            const children: ProjectDocument[] = [];
            for (const child of projects.filter(({ parentId }) => parentId === row.id))
              children.push(await documentOf(child));
            return { project: row, conversations, interactions, children };
          };
          return documentOf(project);
        }),
      ),
    async each(name: string, callback: (row: AppRow) => unknown, where: Record<string, string> = {}): Promise<void> {
      const rules = TABLES.get(name);
      if (!rules) throw invalidTableError(name);
      const collections = rows.landfall.collections as unknown as Record<
        string,
        typeof rows.landfall.collections.rules
      >;
      const [condition] = Object.entries(where);
      const collection = name in collections ? collections[name] : undefined;
      const call = async (row: Row) => {
        const shown = (await rows.withSecrets(rules.name, [row])).map((one) => toAppRow(one, rules.dates));
        for (const one of await rows.whole(rules.name, shown)) await callback(one);
      };
      await rows.inTurn(async () => {});
      if (collection && condition)
        await collection
          .where(condition[0] as "id")
          .equals(condition[1])
          .each(call);
      else if (collection) await collection.limit(Infinity).each(call);
      else for (const row of await rows.load(rules.name)) await callback(row);
    },
  };
}

interface ProjectDocument {
  project: AppRow;
  conversations: AppRow[];
  interactions: AppRow[];
  children: ProjectDocument[];
}

function byIndex(interactions: AppRow[]): AppRow[] {
  return interactions.sort((one, other) => Number(one.index) - Number(other.index));
}
