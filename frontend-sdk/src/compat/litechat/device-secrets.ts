// Secrets of rows, kept beside the rows on this device.

import type { Row } from "../../store/tables";
import type { Collection, Landfall } from "../../types";
import { isSecretName, putSecrets, type Secret, takeSecrets } from "../../sealing/secrets";
import { reservedKey } from "./store";
import type { TableName, TableRules } from "./tables";

export class DeviceSecrets {
  readonly #settings: Collection<{ key: string; value: unknown }>;

  constructor(landfall: Landfall) {
    this.#settings = landfall.collections.settings;
  }

  /** Whether a row is a secret as a whole: a setting is named by its key. */
  isSecret({ name }: TableRules, key: string): boolean {
    return name === "appState" && isSecretName(key);
  }

  /** The row as it may be sent, and its secrets. */
  split(rules: TableRules, row: Row): { open: Row; secrets: Secret[] } {
    const key = String(row[rules.key]);
    if (!rules.secrets || this.isSecret(rules, key)) return { open: row, secrets: [] };
    const { open, secrets } = takeSecrets(row, rules.secrets === "services" || key === "mcpServers");
    return { open: open as Row, secrets };
  }

  /** The rows with their secrets. */
  async join(rules: TableRules, rows: Row[]): Promise<Row[]> {
    if (!rules.secrets || rows.length === 0) return rows;
    const { key } = rules;
    if (rows.length === 1) {
      const [row = {}] = rows;
      const setting = await this.#settings.get(keyOf(rules.name, String(row[key])));
      return [putSecrets(row, (setting?.value ?? []) as Secret[]) as Row];
    }
    const prefix = keyOf(rules.name, "");
    const settings = await this.#settings.where("key").between(prefix, `${prefix}\uffff`).list();
    const known = new Map(settings.map((setting) => [setting.key, setting.value as Secret[]]));
    return rows.map((row) => putSecrets(row, known.get(keyOf(rules.name, String(row[key]))) ?? []) as Row);
  }

  /** Inside the caller's transaction. */
  async store(rules: TableRules, key: string, secrets: readonly Secret[]): Promise<void> {
    if (!rules.secrets) return;
    const setting = keyOf(rules.name, key);
    if (secrets.length > 0) await this.#settings.put({ key: setting, value: secrets }, { localOnly: true });
    else if (await this.#settings.get(setting)) await this.#settings.delete(setting);
  }

  async remove(name: TableName, keys: readonly string[]): Promise<void> {
    await this.#settings.deleteMany(keys.map((key) => keyOf(name, key)));
  }
}

function keyOf(table: TableName, key: string): string {
  return reservedKey(`secret:${table}`, key);
}
