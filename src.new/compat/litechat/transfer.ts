// LiteChat's files: full exports, one conversation, one project.

import { LandfallError } from "../../errors";
import type { Row } from "../../store/tables";
import { rowsOfForm } from "./forms";
import { type FileReport, rowsToStore } from "./import-rows";
import type { Rows } from "./rows";
import { RESERVED } from "./store";
import { rulesOf, type TableName } from "./tables";
import { type FullExportData, SECTIONS, type Section, type SectionFlags } from "./types";
import type { AppRow } from "./values";

const MCP = "mcpServers";

/** The rows of a table that a section of the file is about. */
interface Part {
  table: TableName;
  /** The file's member. */
  member: keyof FullExportData;
  /** Whether a row belongs to the section. Default: each. */
  has?: (row: Row) => boolean;
  /** An import removes no row that the file lacks. */
  adds?: boolean;
}

const isAgent = ({ type }: Row) => type === "agent" || type === "task";

/** In the order of writing: a row comes before those that refer to it. */
const PARTS: Readonly<Record<Section, readonly Part[]>> = {
  Settings: [{ table: "appState", member: "settings", has: ({ key }) => key !== MCP }],
  McpServers: [{ table: "appState", member: MCP, has: ({ key }) => key === MCP }],
  ApiKeys: [{ table: "apiKeys", member: "apiKeys" }],
  ProviderConfigs: [{ table: "providerConfigs", member: "providerConfigs" }],
  SyncRepos: [{ table: "syncRepos", member: "syncRepos" }],
  Projects: [{ table: "projects", member: "projects" }],
  Conversations: [
    { table: "conversations", member: "conversations" },
    { table: "interactions", member: "interactions" },
  ],
  RulesAndTags: [
    { table: "rules", member: "rules" },
    { table: "tags", member: "tags" },
    { table: "tagRuleLinks", member: "tagRuleLinks" },
  ],
  Mods: [{ table: "mods", member: "mods" }],
  PromptTemplates: [
    {
      table: "promptTemplates",
      member: "promptTemplates",
      has: ({ type = "prompt" }) => type == null || type === "prompt",
    },
  ],
  Agents: [{ table: "promptTemplates", member: "agents", has: isAgent, adds: true }],
  Workflows: [{ table: "workflows", member: "workflows" }],
};

/** The flags of all sections. */
export const ALL_SECTIONS: SectionFlags = Object.fromEntries(SECTIONS.map((section) => [`import${section}`, true]));

function partsOf(flags: SectionFlags): Part[] {
  const wanted = (Object.keys(PARTS) as Section[]).filter(
    (section) => flags[`import${section}`] ?? flags[`export${section}`],
  );
  return wanted.flatMap((section) => PARTS[section]);
}

/** Inside `inTurn`. */
export async function exportData(rows: Rows, flags: SectionFlags): Promise<FullExportData> {
  const data: Record<string, unknown> = { version: 1, exportedAt: new Date().toISOString() };
  for (const { table, member, has = () => true } of partsOf(flags)) {
    const found = (await rows.listCopies(table)).filter(has);
    if (member === "settings") data.settings = Object.fromEntries(found.map(({ key, value }) => [String(key), value]));
    else data[member] = member === MCP ? (found[0]?.value ?? []) : found;
  }
  return data as unknown as FullExportData;
}

/** The file with references in the place of contents that are too large for their rows, in front of the transaction. */
export async function withMovedContents(
  rows: Rows,
  { data, adds }: RowsOfExport,
  added: string[],
): Promise<RowsOfExport> {
  const { interactions } = data;
  if (!Array.isArray(interactions)) return { data, adds };
  return {
    data: { ...data, interactions: (await rows.movedAll("interactions", interactions, added)) as AppRow[] },
    adds,
  };
}

/** A document with the contents of files in its interactions, and in those of the documents below it. */
export async function withContents<D extends { interactions?: object[]; children?: D[] }>(
  rows: Rows,
  document: D,
): Promise<D> {
  const { interactions, children } = document;
  const below: D[] = [];
  for (const child of children ?? []) below.push(await withContents(rows, child));
  return {
    ...document,
    ...(interactions && { interactions: await rows.whole("interactions", interactions as AppRow[]) }),
    ...(children && { children: below }),
  };
}

/** The rows of a file. `adds`: it is no full export, so no row is removed that it lacks. */
export interface RowsOfExport {
  data: FullExportData;
  adds: boolean;
}

/** Throws for a file of an unknown form. */
export function readFile(file: unknown): RowsOfExport {
  if ((file as FullExportData | null)?.version === 1) return { data: file as FullExportData, adds: false };
  const data = rowsOfForm(file);
  if (!data) throw new Error("This file is no export of version 1.");
  return { data, adds: true };
}

/** Inside `write`. `strict`: an odd row refuses the file. */
export async function importData(
  rows: Rows,
  { data, adds: addsAll }: RowsOfExport,
  flags: SectionFlags,
  strict: boolean,
): Promise<FileReport> {
  const report: FileReport = { mended: [], skipped: [] };
  for (const { table, member, has = () => true, adds = addsAll } of partsOf(flags)) {
    const rules = rulesOf(table);
    const inputs = withoutReserved(rowsIn(data, member), member, strict, report);
    const named = new Set(inputs.map((row) => String(row?.[rules.key])));
    const before = await rows.store(table).list();
    const isReplaced = (row: Row) => named.has(String(row[rules.key])) || (has(row) && !adds);
    const stay = before.filter((row) => !isReplaced(row));
    const openOf = (row: Row) => rows.open(table, row);
    const given = rowsToStore({ rules, given: inputs, stay, open: openOf, report, strict });
    const keys = new Set(given.map((row) => String(row[rules.key])));
    const removed = (await rows.keys(table)).filter((key) => {
      const row = before.find((other) => String(other[rules.key]) === key);
      // The stored row of one that is left out stays.
      return row && !keys.has(key) && !named.has(key) && isReplaced(row);
    });
    if (removed.length > 0) await rows.delete(table, removed);
    await rows.replace(table, given);
    for (const row of given) {
      if (!(await rows.isOrphan(rules, row))) continue;
      const detail = "The row that it belongs to is not there: it stays on this device.";
      report.mended.push({ table, key: String(row[rules.key]), code: "unknown_reference", detail });
    }
  }
  return report;
}

function rowsIn(data: FullExportData, member: Part["member"]): AppRow[] {
  const section = data[member];
  if (member === "settings") return Object.entries(section ?? {}).map(([key, value]) => ({ key, value }));
  if (member === MCP) return section === undefined ? [] : [{ key: MCP, value: section }];
  return Array.isArray(section) ? (section as AppRow[]) : [];
}

/** Settings of these keys are the SDK's own: the record of the sealing, and secrets of rows. A file of another account must not replace them. */
function withoutReserved(inputs: AppRow[], member: Part["member"], strict: boolean, report: FileReport): AppRow[] {
  if (member !== "settings") return inputs;
  return inputs.filter(({ key }) => {
    if (!String(key).startsWith(RESERVED)) return true;
    const detail = `Keys with ${RESERVED} are reserved.`;
    if (strict) throw new LandfallError("invalid_input", detail);
    report.skipped.push({ table: "appState", key: String(key), code: "invalid_value", detail });
    return false;
  });
}
