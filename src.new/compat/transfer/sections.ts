// Finds the rows of a document that may hold secrets, or that are sealed as a whole: sections of rows, sections by key, rows that stand alone, and documents
// inside of documents.

import { MAP_SECTIONS, SERVICE_MEMBERS, WITH_SECRETS } from "../../sealing/split";
import type { JsonReader, Range } from "./json-reader";

/** Where a row stands in the file. */
export interface FoundRow {
  collection: string;
  /** The row's key, where it stands beside the row. The row is its value then. */
  key?: string;
  /** It is no row, and stands where a section should be. The server imports nothing of it. */
  isMisplaced: boolean;
  range: Range;
}

/** Members that hold rows of a collection under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { agents: "promptTemplates" };
/** Members that are one row. */
const SINGLE: Readonly<Record<string, string>> = { conversation: "conversations" };
/** Members of a conversation of another application, which the server turns into rows. */
const OF_OTHERS = ["mapping", "messages", "messagesTree"];

export interface SectionsOptions {
  /** Collections whose rows are sealed as a whole. */
  whole: ReadonlySet<string>;
  row(row: FoundRow): Promise<void>;
  /** The document is a conversation of another application. */
  other(): void;
}

/** Walks the whole document. */
export async function walkDocument(reader: JsonReader, options: SectionsOptions): Promise<void> {
  const first = await reader.next();
  if (first === "[") await reader.items(() => walkDocument(reader, options));
  else if (first === "{") await reader.members((name) => walkMember(reader, options, name));
}

async function walkMember(reader: JsonReader, options: SectionsOptions, name: string): Promise<void> {
  const { whole, row, other } = options;
  const first = await reader.next();
  const [map = ""] = Object.keys(MAP_SECTIONS);
  const collection = OTHER_NAMES[name] ?? SINGLE[name] ?? name;
  const found = async (of: string, { key, isMisplaced = false }: { key?: string; isMisplaced?: boolean } = {}) =>
    row({ collection: of, ...(key !== undefined && { key }), isMisplaced, range: await reader.value() });
  if (OF_OTHERS.includes(name)) other();
  if (name === "children" && first === "[") await walkDocument(reader, options);
  else if (first === "n") await reader.value();
  else if (SERVICE_MEMBERS.includes(name)) await found(map, { key: name });
  else if (name in MAP_SECTIONS && first === "{") await reader.members((key) => found(name, { key }));
  else if (SINGLE[name] && whole.has(collection)) await found(collection);
  else if (collection in WITH_SECRETS || (whole.has(collection) && !SINGLE[name])) {
    if (first === "[" && !(collection in MAP_SECTIONS)) await reader.items(() => found(collection));
    else await found(collection, { isMisplaced: true });
  }
}
