// Turns the `x-indexeddb` marks of the OpenAPI document into row types and Dexie stores. All functions are pure.

/** The server's declaration on a schema that the browser stores in a table. */
export interface IndexedDbMark {
  table: string;
  primaryKey: string;
  indexes: string[];
  /** The sync rules of a declared collection. */
  collection?: CollectionMark;
  /** The most bytes of a collection's row. */
  maxValueBytes?: number;
}

/** The rules of a collection (docs/COLLECTIONS.md). */
export interface CollectionMark {
  name: string;
  policy: string;
  direction: string;
  unique: string[];
  references: { member: string; collection: string; required: boolean; onDelete: string }[];
}

/** The part of a JSON schema that the checks need. */
export interface MarkedSchema {
  type?: unknown;
  required?: readonly string[];
  properties?: Readonly<Record<string, unknown>>;
  "x-indexeddb"?: unknown;
}

/** One table of the browser's database. */
export interface TableDeclaration extends IndexedDbMark {
  /** Name of the generated row type. */
  typeName: string;
}

/** Table name -> Dexie's description of its key and indexes. */
export type Stores = Record<string, string>;

/** Finds the marked schemas, sorted by table. Throws an error that names the schema if a mark is wrong. */
export function collectTables(schemas: Iterable<[string, MarkedSchema]>): TableDeclaration[] {
  const byTable = new Map<string, TableDeclaration>();
  for (const [typeName, schema] of schemas) {
    if (schema["x-indexeddb"] === undefined) continue;
    const mark = readMark(typeName, schema["x-indexeddb"]);
    checkMark(typeName, mark, schema);
    const other = byTable.get(mark.table);
    if (other) {
      throw new Error(`${typeName}: the table "${mark.table}" already belongs to ${other.typeName}`);
    }
    byTable.set(mark.table, { ...mark, typeName });
  }
  return [...byTable.values()].sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** Dexie's `stores` for the tables, in a stable order. */
export function storesOf(tables: readonly TableDeclaration[]): Stores {
  return Object.fromEntries(tables.map((table) => [table.table, [table.primaryKey, ...table.indexes].join(", ")]));
}

/**
 * The schema history with `stores` as its last entry. It is unchanged if the last entry is the same, and one entry
 * longer otherwise. A browser with an older entry upgrades to the last one.
 */
export function extendHistory(history: readonly Stores[], stores: Stores): Stores[] {
  const last = history.at(-1);
  if (last && JSON.stringify(last) === JSON.stringify(stores)) return [...history];
  return [...history, stores];
}

/** The text of `tables.gen.ts`. */
export function emitTables(tables: readonly TableDeclaration[], history: readonly Stores[]): string {
  const typeNames = tables.map((table) => table.typeName).sort();
  const rows = tables.map((table) => {
    return `  ${table.table}: { row: ${table.typeName}; key: ${table.typeName}["${table.primaryKey}"] };`;
  });
  // Of an earlier entry only the tables count that were dropped since.
  const last = history.at(-1) ?? {};
  const versions = history.map((stores) => {
    const counted = Object.entries(stores).filter(([table]) => stores === last || !Object.hasOwn(last, table));
    const lines = counted.map(([table, spec]) => `    ${table}: "${spec}",`);
    return ["  {", ...lines, "  },"].join("\n");
  });
  const collections = tables.flatMap(({ table, primaryKey, collection }) =>
    collection
      ? [`  ${JSON.stringify(collection.name)}: ${JSON.stringify(rulesOf(table, primaryKey, collection))},`]
      : [],
  );
  return `// Written by \`npm run generate\` from the x-indexeddb marks of the OpenAPI document. Not for editing.

import type { ${typeNames.join(", ")} } from "./types.gen";

/** Every table that the server's document declares: its row and the type of its key. */
export interface GeneratedTables {
${rows.join("\n")}
}

/** Dexie's \`stores\`, oldest first; the last entry is the current schema. Earlier ones have only tables that were dropped since. */
export const generatedStores: ReadonlyArray<Readonly<Record<string, string>>> = [
${versions.join("\n")}
];

/** The declared collections and their rules, by name. */
export const generatedCollections = {
${collections.join("\n")}
} as const;
`;
}

/** The rules in the SDK's words. What most collections have is left out, since the core of every page has this text. */
function rulesOf(table: string, key: string, { name, policy, direction, unique, references }: CollectionMark): object {
  return {
    ...(table !== name && { table }),
    ...(key !== "id" && { key }),
    ...(policy !== "merge" && { conflictPolicy: policy }),
    ...(direction !== "both" && { direction }),
    ...(unique.length > 0 && { unique }),
    ...(references.length > 0 && {
      references: references.map(({ onDelete, ...reference }) => ({
        ...reference,
        onDelete: onDelete === "unlink" ? onDelete : "cascade",
      })),
    }),
  };
}

function readMark(typeName: string, mark: unknown): IndexedDbMark {
  const { table, primaryKey, indexes } = (mark ?? {}) as Partial<Record<keyof IndexedDbMark, unknown>>;
  const named = typeof table === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(table);
  if (!named || typeof primaryKey !== "string" || !Array.isArray(indexes)) {
    throw new Error(`${typeName}: x-indexeddb must be {table, primaryKey, indexes}`);
  }
  const collection = readCollection(mark as Record<string, unknown>);
  const { maxValueBytes } = mark as { maxValueBytes?: number };
  return {
    table,
    primaryKey,
    indexes: indexes.map(String),
    ...(collection && { collection }),
    ...(maxValueBytes && { maxValueBytes }),
  };
}

/** `undefined` for a table of another kind (chats, projects, assets). */
function readCollection({ collection, policy, direction, unique, references }: Record<string, unknown>) {
  if (typeof collection !== "string") return undefined;
  return {
    name: collection,
    policy: String(policy),
    direction: String(direction),
    unique: unique as string[],
    references: references as CollectionMark["references"],
  };
}

function checkMark(typeName: string, mark: IndexedDbMark, schema: MarkedSchema): void {
  const properties = schema.properties ?? {};
  if (!Object.hasOwn(properties, mark.primaryKey)) {
    throw new Error(`${typeName}: the primary key "${mark.primaryKey}" is not a property`);
  }
  if (!schema.required?.includes(mark.primaryKey)) {
    throw new Error(`${typeName}: the primary key "${mark.primaryKey}" must be required`);
  }
  const seen = new Set<string>([mark.primaryKey]);
  for (const index of mark.indexes) {
    if (seen.has(index)) throw new Error(`${typeName}: the index "${index}" is declared twice`);
    seen.add(index);
    for (const member of membersOf(typeName, index)) {
      if (!Object.hasOwn(properties, member)) {
        throw new Error(`${typeName}: the index "${index}" names "${member}", which is not a property`);
      }
    }
  }
}

/**
 * The properties of an index: `name`, or `[a+b]` for a compound one. Unique and multi-entry indexes are not supported.
 */
function membersOf(typeName: string, index: string): string[] {
  const name = "[A-Za-z_][A-Za-z0-9_]*";
  if (!new RegExp(`^(${name}|\\[${name}(\\+${name})+\\])$`).test(index)) {
    throw new Error(`${typeName}: "${index}" is neither a property nor [a+b]`);
  }
  return index.replace(/[[\]]/g, "").split("+");
}
