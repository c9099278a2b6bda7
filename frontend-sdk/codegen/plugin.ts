// The generator's plugin. It passes the document's schemas to `tables.ts` and writes src/generated/tables.gen.ts, src/generated/rules.gen.ts and
// codegen/schema-history.json.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type DefinePlugin, definePluginConfig } from "@hey-api/openapi-ts";
import { emitRules, type RuleSchema } from "./rules";
import { collectTables, emitTables, extendHistory, type MarkedSchema, type Stores, storesOf } from "./tables";

/** The output files, relative to the package's folder. */
interface TablesConfig {
  name: "landfall-tables";
  /** The committed list of all `stores` so far. */
  history: string;
  /** The generated module. */
  target: string;
  /** The generated module with the rules of rows. */
  rules: string;
}

/** The requests that write rows of kinds that are no collections. */
const REQUESTS = {
  assistants: "CreateAssistantRequest",
  projects: "PutProjectRequest",
  chatSessions: "CreateSessionRequest",
  chatMessages: "NewMessage",
};

type TablesPlugin = DefinePlugin<TablesConfig>;

const defaultConfig: TablesPlugin["Config"] = {
  name: "landfall-tables",
  config: {
    history: "codegen/schema-history.json",
    target: "src/generated/tables.gen.ts",
    rules: "src/generated/rules.gen.ts",
  },
  dependencies: ["@hey-api/typescript"],
  handler: ({ plugin }) => {
    const schemas: [string, MarkedSchema][] = [];
    plugin.forEach("schema", (event) => {
      schemas.push([event.name, event.schema as MarkedSchema]);
    });
    const tables = collectTables(schemas);
    const historyFile = resolve(plugin.config.history);
    const history = extendHistory(JSON.parse(readFileSync(historyFile, "utf8")) as Stores[], storesOf(tables));
    writeFileSync(historyFile, `${JSON.stringify(history, null, 2)}\n`);
    // The generator has emptied the folder by now and writes its own files after this.
    const target = resolve(plugin.config.target);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, emitTables(tables, history));
    writeFileSync(
      resolve(plugin.config.rules),
      emitRules(tables, new Map(schemas as [string, RuleSchema][]), REQUESTS),
    );
  },
};

/** Adds the generated Dexie tables to the output. */
export const indexedDbTables = definePluginConfig(defaultConfig);
