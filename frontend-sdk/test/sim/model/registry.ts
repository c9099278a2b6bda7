// The collections that the OpenAPI document declares (`x-indexeddb`): names, references, unique members and required
// members.

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
  /** Required members with their JSON types. */
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

/** The order of the collections in a page. The document lists its schemas by name. */
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
  "marketplaceSources",
  "marketplaceIndexes",
  "installedMarketplaceItems",
];

/** In the order of a page. */
export const COLLECTIONS: readonly Definition[] = read();

export function findCollection(name: string): Definition | undefined {
  return COLLECTIONS.find((definition) => definition.name === name);
}

/**
 * All sources that sync by themselves, in the order of a page. Simulations have no files, because files need a storage.
 */
export const SOURCES: readonly string[] = [
  "projects",
  "assets",
  "chatSessions",
  "chatMessages",
  ...COLLECTIONS.filter(({ direction }) => direction !== "device-only").map(({ name }) => name),
];
