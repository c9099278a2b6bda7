// LiteChat's old databases. Their tables are those of its persistence service (compat/litechat), and so are the forms of the rows.

import { rulesOf, type TableName } from "../litechat/tables";
import { LiteChatTable } from "./litechat-table";
import type { Product } from "./product";

/** The present name, the one of older browsers, the one of a fork, and the one of its documentation. */
const DATABASES = ["LiteChatDatabase_Rewrite_v1", "LiteChatDatabase", "LLMChefDatabase_Rewrite_v1", "LiteChatDB"];

/** In the order of writing: a row comes before those that refer to it. */
const TABLES: readonly TableName[] = [
  ...(["appState", "apiKeys", "providerConfigs", "syncRepos", "projects", "conversations", "interactions"] as const),
  ...(["rules", "tags", "tagRuleLinks", "mods", "promptTemplates", "workflows"] as const),
  ...(["marketplaceSources", "marketplaceIndexes", "installedMarketplaceItems"] as const),
];

/**
 * LiteChat's old data, for a client of `liteChatOptions`. The persistence service shows the rows. `databases`: their names, the one whose rows win first.
 *
 * @example
 * await openOldData(landfall, liteChat()).adopt();
 */
export function liteChat({ databases = DATABASES }: { databases?: readonly string[] } = {}): Product {
  return { databases, tables: (old, run) => TABLES.map((name) => new LiteChatTable(rulesOf(name), old, run)) };
}
