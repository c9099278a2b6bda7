// Turns schemas of the OpenAPI document into the rules by which the SDK checks rows before it stores them. All functions are pure.
//
// The rules of a schema are one text, since many small objects would be larger: members with `!` (required) or `?`, a type, separated by `;`.
// `s1-200` text of so many characters, `b` boolean, `n` number, `i` integer, `t` time, `o` object, `*` any JSON, `[` list of the type behind it,
// `=a|b` one of these words, `@Name` an object with the rules of that name.

import type { TableDeclaration } from "./tables";

/** A schema as the generator gives it: unions are `items` with `logicalOperator`, lists have one item. */
export interface RuleSchema {
  $ref?: string;
  type?: string;
  format?: string;
  const?: unknown;
  items?: readonly RuleSchema[];
  logicalOperator?: string;
  properties?: Readonly<Record<string, RuleSchema>>;
  required?: readonly string[];
  minLength?: number;
  maxLength?: number;
}

/** Free JSON is an object in requests. In rows of collections the server takes any JSON, whatever the document says. */
const FREE_JSON = "FreeJson";

/** The server's limit of a member that refers to another row. */
const REFERENCE = "s1-128";

/** The text of `rules.gen.ts`: rules of the collections, by name, and of `more` (name -> schema). */
export function emitRules(
  tables: readonly TableDeclaration[],
  all: ReadonlyMap<string, RuleSchema>,
  more: Readonly<Record<string, string>>,
): string {
  let schemas = new Map([...all, [FREE_JSON, {}]]);
  const rules = new Map<string, string>();
  const add = (name: string, schemaName: string, references: readonly string[] = []) => {
    const schema = schemas.get(schemaName);
    if (!schema) throw new Error(`${name}: there is no schema ${schemaName}`);
    rules.set(name, "");
    const nested = (inner: string) => {
      if (!rules.has(inner)) add(inner, inner);
    };
    rules.set(name, rulesOf(schema, schemas, references, nested));
  };
  for (const { typeName, collection } of tables) {
    if (collection)
      add(
        collection.name,
        typeName,
        collection.references.map(({ member }) => member),
      );
  }
  schemas = new Map(all);
  for (const [name, schemaName] of Object.entries(more)) add(name, schemaName);
  const lines = [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},`);
  const limits = tables.flatMap(({ collection, maxValueBytes }) =>
    collection && maxValueBytes ? [`  ${collection.name}: ${maxValueBytes},`] : [],
  );
  return `// Written by \`npm run generate\` from the schemas of the OpenAPI document. Not for editing.

/** The rules of rows by the kind's name, and of objects in them by the schema's. codegen/rules.ts explains their notation. */
export const generatedRules: Readonly<Record<string, string>> = {
${lines.join("\n")}
};

/** The most bytes of a row of each collection, as long as the server has told nothing else. */
export const generatedMaxBytes: Readonly<Record<string, number>> = {
${limits.sort().join("\n")}
};
`;
}

function rulesOf(
  { properties = {}, required = [] }: RuleSchema,
  schemas: ReadonlyMap<string, RuleSchema>,
  references: readonly string[],
  nested: (name: string) => void,
): string {
  const rules = Object.entries(properties).map(([member, schema]) => {
    const type = typeOf(schema, schemas, nested);
    return `${member}${required.includes(member) ? "!" : "?"}${references.includes(member) && type === "s" ? REFERENCE : type}`;
  });
  return rules.sort().join(";");
}

function typeOf(schema: RuleSchema, schemas: ReadonlyMap<string, RuleSchema>, nested: (name: string) => void): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const target = schemas.get(name);
    if (!target) throw new Error(`there is no schema ${schema.$ref}`);
    if (!target.properties) return typeOf(target, schemas, nested);
    nested(name);
    return `@${name}`;
  }
  const { items = [] } = schema;
  if (schema.type === "enum") return `=${items.map((item) => item.const).join("|")}`;
  if (schema.logicalOperator === "or") {
    const types = items.filter(({ type }) => type !== "null");
    const [only] = types;
    // The limits of a text stand beside the types.
    const { minLength, maxLength } = schema;
    return types.length === 1 && only ? typeOf({ minLength, maxLength, ...only }, schemas, nested) : "*";
  }
  if (schema.type === "array") return `[${items[0] ? typeOf(items[0], schemas, nested) : "*"}`;
  if (schema.type === "string") {
    if (schema.format === "date-time") return "t";
    const { minLength, maxLength } = schema;
    return minLength === undefined && maxLength === undefined ? "s" : `s${minLength ?? ""}-${maxLength ?? ""}`;
  }
  return { boolean: "b", number: "n", integer: "i", object: "o" }[schema.type ?? ""] ?? "*";
}
