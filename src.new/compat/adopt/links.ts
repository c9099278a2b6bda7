// The keys under which LiteChat's rows are taken, and the rows that they refer to. A text stays as it is. A number was counted by one browser, and another
// browser has another row under it, so its key is derived from the row's time too.

import { isPlainObject } from "../../store/validate";
import { fingerprint } from "../../util/hash";
import type { TableName, TableRules } from "../litechat/tables";
import { isoOf } from "../litechat/values";
import { keyText, type OldDatabase, type OldRow } from "./old-database";
import type { TakenRows } from "./taken";

/** Where members lead. `parentId` leads to the same table. */
const TARGETS: Readonly<Record<string, TableName>> = {
  projectId: "projects",
  syncRepoId: "syncRepos",
  conversationId: "conversations",
  apiKeyId: "apiKeys",
  tagId: "tags",
  ruleId: "rules",
  sourceId: "marketplaceSources",
};

/** The digits that tell rows of the same number apart. */
const PRINT_CHARS = 8;

export function keyOfRow(table: string, key: IDBValidKey, value: unknown): string {
  if (typeof key === "string") return key;
  const row = isPlainObject(value) ? value : {};
  const time = isoOf(row.createdAt ?? row.startedAt ?? row.installedAt) ?? "";
  const name = typeof key === "number" ? String(key) : "key";
  return `${name}-${fingerprint([table, keyText(key), time]).slice(0, PRINT_CHARS)}`;
}

export class Links {
  readonly #rules: TableRules;
  readonly #old: OldDatabase;
  readonly #taken: TakenRows;

  constructor(rules: TableRules, old: OldDatabase, taken: TakenRows) {
    this.#rules = rules;
    this.#old = old;
    this.#taken = taken;
  }

  /** The new keys of all rows that the rows of a page refer to, by the name of `nameOf`. */
  async of(page: readonly OldRow[]): Promise<Map<string, string>> {
    const wanted = new Map<TableName, Map<string, string | number>>();
    for (const { value } of page) {
      for (const member of isPlainObject(value) ? this.#rules.links : []) {
        const link = (value as Record<string, unknown>)[member];
        if (typeof link !== "string" && typeof link !== "number") continue;
        const table = this.targetOf(member);
        const keys = wanted.get(table) ?? new Map<string, string | number>();
        wanted.set(table, keys.set(keyText(link), link));
      }
    }
    const found = new Map<string, string>();
    for (const [table, keys] of wanted) {
      const taken = await this.#taken.among(this.#old.name, table, [...keys.values()]);
      for (const [text, key] of keys)
        found.set(nameOf(table, key), taken.get(text) ?? (await this.#derived(table, key)));
    }
    return found;
  }

  targetOf(member: string): TableName {
    return TARGETS[member] ?? this.#rules.name;
  }

  /** The members of a row that refer to others, with their new keys. */
  replaced(row: Record<string, unknown>, found: ReadonlyMap<string, string>): Record<string, string> {
    const changes: Record<string, string> = {};
    for (const member of this.#rules.links) {
      const link = row[member];
      if (typeof link !== "string" && typeof link !== "number") continue;
      const key = found.get(nameOf(this.targetOf(member), link));
      if (key !== undefined) changes[member] = key;
    }
    return changes;
  }

  async #derived(table: TableName, key: string | number): Promise<string> {
    if (typeof key === "string") return key;
    const row = await this.#old.get(table, key).catch(() => undefined);
    return row === undefined ? String(key) : keyOfRow(table, key, row);
  }
}

function nameOf(table: TableName, key: string | number): string {
  return `${table}:${keyText(key)}`;
}
