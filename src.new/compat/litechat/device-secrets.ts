// Secrets of rows, kept beside the rows: on this device, or sealed where the client seals.

import { isEnvelope } from "../../sealing/envelope";
import { isSecretName } from "../../sealing/secret-name";
import { putSecrets, type Secret, takeSecrets } from "../../sealing/secrets";
import { SEALED_ALWAYS, SECRETS_OF_ROWS, SERVICE_MEMBERS } from "../../sealing/split";
import { own } from "../../store/merge";
import type { Row } from "../../store/tables";
import type { Landfall, Sealing } from "../../types";
import { reservedKey } from "./store";
import type { TableName, TableRules } from "./tables";

export class DeviceSecrets {
  readonly #settings: Landfall["collections"]["settings"];

  readonly #sealing: Sealing | undefined;

  constructor(landfall: Landfall, sealing: Sealing | undefined) {
    this.#settings = landfall.collections.settings;
    this.#sealing = sealing;
  }

  /** Whether a row stays on this device: it is a secret, and can't be sealed. */
  stays(rules: TableRules, key: string): boolean {
    return this.isSecret(rules, key) && !this.#isOpen();
  }

  /** Lets secrets sync that were saved before they could be sealed. */
  async release(): Promise<void> {
    const all = await this.#settings.list();
    const secrets = all.filter(({ key, value }) => isOfRow(key, value) || (isSecretName(key) && !isEnvelope(value)));
    await this.#settings.putMany(secrets, { localOnly: false });
  }

  #isOpen(): boolean {
    return this.#sealing?.state.get() === "open";
  }

  /** Whether a row is a secret as a whole: a setting is named by its key. */
  isSecret({ name }: TableRules, key: string): boolean {
    return name === "appState" && isSecretName(key);
  }

  /** The row as it may be sent, and its secrets. */
  split(rules: TableRules, row: Row): { open: Row; secrets: Secret[] } {
    const key = String(row[rules.key]);
    if (!rules.secrets || this.isSecret(rules, key)) return { open: row, secrets: [] };
    const isService = rules.secrets === "services" || key === "mcpServers";
    const members = rules.name === "appState" ? SERVICE_MEMBERS : [];
    const { open, secrets } = takeSecrets(row, isService, [], members);
    return { open: open as Row, secrets };
  }

  /** The rows with their secrets. */
  async join(rules: TableRules, rows: Row[]): Promise<Row[]> {
    if (!rules.secrets || rows.length === 0) return rows;
    const { key } = rules;
    if (rows.length === 1) {
      const [row = {}] = rows;
      const setting = await this.#settings.get(keyOf(rules.name, String(row[key])));
      return [putSecrets(row, secretsIn(setting?.value)) as Row];
    }
    const prefix = keyOf(rules.name, "");
    const settings = await this.#settings.where("key").between(prefix, `${prefix}\uffff`).list();
    const known = new Map(settings.map((setting) => [setting.key, secretsIn(setting.value)]));
    return rows.map((row) => putSecrets(row, known.get(keyOf(rules.name, String(row[key]))) ?? []) as Row);
  }

  /**
   * The rows of a file, without what is sealed by a key that this device lacks. The reader of the file would take it for a value. Of a row that is sealed
   * as a whole nothing is left.
   */
  readable(name: TableName, rows: Row[]): Row[] {
    const isWhole = SEALED_ALWAYS.includes(name) || this.#sealing?.collections.has(name);
    return rows.flatMap((row) => {
      if (!isEnvelope(own(row, "sealed"))) return [row];
      const { sealed: _sealed, ...rest } = row;
      return isWhole ? [] : [rest];
    });
  }

  /** Whether this device keeps secrets of the row. */
  async has(name: TableName, key: string): Promise<boolean> {
    return (await this.#settings.get(keyOf(name, key))) !== undefined;
  }

  /** Inside the caller's transaction. */
  async store(rules: TableRules, key: string, secrets: readonly Secret[]): Promise<void> {
    if (!rules.secrets) return;
    const setting = keyOf(rules.name, key);
    // Lists are merged by the ids of their items.
    const value = secrets.map((secret) => ({ id: JSON.stringify(secret.path), ...secret }));
    if (value.length > 0) await this.#settings.put({ key: setting, value }, { localOnly: !this.#isOpen() });
    else if (Array.isArray((await this.#settings.get(setting))?.value)) await this.#settings.delete(setting);
  }

  async remove(name: TableName, keys: readonly string[]): Promise<void> {
    await this.#settings.deleteMany(keys.map((key) => keyOf(name, key)));
  }
}

/** None while they are sealed by a key that this device lacks. */
function secretsIn(value: unknown): Secret[] {
  return Array.isArray(value) ? (value as Secret[]) : [];
}

function isOfRow(key: string, value: unknown): boolean {
  return key.startsWith(SECRETS_OF_ROWS) && Array.isArray(value);
}

function keyOf(table: TableName, key: string): string {
  return reservedKey(`secret:${table}`, key);
}
