// The collections as the API's document declares them (`x-indexeddb`): names, references, what is unique, which members are required.

import document from "../../../../openapi/openapi.json";

export interface Reference {
  member: string;
  collection: string;
  required: boolean;
  onDelete: "take-along" | "unlink";
}

export interface Definition {
  name: string;
  primaryKey: string;
  policy: string;
  direction: "both" | "pull-only" | "device-only";
  references: Reference[];
  unique: string[];
  /** Members that a row must have, each with its type in JSON. */
  required: { member: string; type: string | undefined }[];
}

interface Mark {
  collection?: string;
  primaryKey: string;
  policy: string;
  direction: Definition["direction"];
  references: Reference[];
  unique: string[];
}

interface Schema {
  "x-indexeddb"?: Mark;
  required?: string[];
  properties?: Record<string, { type?: string | string[] }>;
}

function read(): Definition[] {
  const schemas = Object.values(document.components.schemas as unknown as Record<string, Schema>);
  const found = schemas.flatMap((schema) => {
    const mark = schema["x-indexeddb"];
    if (!mark?.collection) return [];
    const required = (schema.required ?? []).filter((member) => member !== mark.primaryKey);
    const typeOf = (member: string) => {
      const type = schema.properties?.[member]?.type;
      return typeof type === "string" ? type : undefined;
    };
    return [
      {
        name: mark.collection,
        primaryKey: mark.primaryKey,
        policy: mark.policy,
        direction: mark.direction,
        references: mark.references,
        unique: mark.unique,
        required: required.map((member) => ({ member, type: typeOf(member) })),
      },
    ];
  });
  return found.sort((a, b) => DECLARED.indexOf(a.name) - DECLARED.indexOf(b.name));
}

/** The document lists schemas by name; pages list collections as the server declares them. */
const DECLARED = [
  "settings",
  "conversations",
  "interactions",
  "mods",
  "providerConfigs",
  "apiKeys",
  "syncRepos",
  "rules",
  "tags",
  "tagRuleLinks",
  "promptTemplates",
  "workflows",
];

/** In the order in which a page lists them. */
export const COLLECTIONS: readonly Definition[] = read();

export function findCollection(name: string): Definition | undefined {
  return COLLECTIONS.find((definition) => definition.name === name);
}

/** All that syncs by itself, in the order of a page. Of files there are none in a simulation: they need a storage. */
export const SOURCES: readonly string[] = [
  "projects",
  "assets",
  "chatSessions",
  "chatMessages",
  ...COLLECTIONS.filter(({ direction }) => direction !== "device-only").map(({ name }) => name),
];
