// Reads and writes of LiteChat's rows. The application saves whole rows from lists that it loaded once. So each row is remembered as it was last handed
// out or saved, and a save writes what differs from that.

import { isEnvelope } from "../../sealing/envelope";
import { mergeRows, own } from "../../store/merge";
import type { Row } from "../../store/tables";
import type { Landfall, Sealing } from "../../types";
import { newId } from "../../util/ids";
import { DeviceSecrets } from "./device-secrets";
import { constraintError, withDexieErrors } from "./errors";
import { differenceOf, FLAT, openStore, RESERVED, type RowStore } from "./store";
import { rulesOf, type TableName, type TableRules } from "./tables";
import { type AppRow, isoOf, jsonOf, keyOf, toAppRow } from "./values";

/** Rows as the application has them, by table and key. */
export type Beliefs = Map<TableName, Map<string, Row>>;

export interface RowOptions {
  /** A row with what upgrade steps of the application fill. */
  filled?: (name: TableName, row: Row) => Row;
  /** Seals secrets where a passphrase is known. */
  sealing?: Sealing | undefined;
  /** Keys of settings that stay on the device. */
  deviceSettings?: readonly string[];
}

export class Rows {
  readonly landfall: Landfall;
  readonly #ready: () => Promise<void>;
  readonly #filled: (name: TableName, row: Row) => Row;
  readonly #secrets: DeviceSecrets;
  readonly #stores = new Map<TableName, RowStore>();
  readonly #beliefs: Beliefs = new Map();
  /** What becomes known when the transaction is stored; `null`: the row is gone. */
  #learned: [TableName, string, Row | null][] = [];
  /** Calls run one after the other, so that each is compared with what the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  readonly #deviceSettings: ReadonlySet<string>;

  constructor(landfall: Landfall, ready: () => Promise<void>, options: RowOptions = {}) {
    this.landfall = landfall;
    this.#ready = ready;
    this.#filled = options.filled ?? ((_name, row) => row);
    this.#deviceSettings = new Set(options.deviceSettings);
    this.#secrets = new DeviceSecrets(landfall, options.sealing);
  }

  /** The device can seal secrets from now on. */
  releaseSecrets(): Promise<void> {
    return this.write(() => this.#secrets.release());
  }

  /** All rows in the table's order. */
  load(name: TableName): Promise<AppRow[]> {
    return this.inTurn(() => this.list(name));
  }

  loadOne(name: TableName, key: unknown): Promise<AppRow | undefined> {
    return this.inTurn(async () => {
      const row = await this.store(name).get(keyOf(key));
      return row && (await this.handOut(name, [row]))[0];
    });
  }

  /** The rows with this value in a member, in the table's order. */
  loadWhere(name: TableName, member: string, value: unknown): Promise<AppRow[]> {
    return this.inTurn(async () => {
      const rows = sorted(await this.store(name).find(member, keyOf(value)), rulesOf(name));
      return this.handOut(name, rows);
    });
  }

  save(name: TableName, input: unknown): Promise<string> {
    return this.write(() => this.put(name, input));
  }

  remove(name: TableName, key: unknown): Promise<void> {
    return this.write(() => this.delete(name, [keyOf(key)]));
  }

  /** Runs `work` alone, in one transaction, with Dexie's errors. It may await calls of the client only. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      this.#learned = [];
      const result = await this.landfall.transaction(work);
      for (const [name, key, row] of this.#learned) this.believe(name, key, row);
      return result;
    });
  }

  /** Runs `work` behind the calls before, with Dexie's errors. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      await this.#ready();
      return withDexieErrors(work);
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  // What follows runs inside `write` or `inTurn`.

  async list(name: TableName): Promise<AppRow[]> {
    return this.handOut(name, sorted(await this.store(name).list(), rulesOf(name)));
  }

  /** All rows in the table's order, for a file. */
  async listCopies(name: TableName): Promise<AppRow[]> {
    return this.copies(name, sorted(await this.store(name).list(), rulesOf(name)));
  }

  /**
   * Stored rows for a file. They are not remembered as the application's own: its lists are as they were, and a later save of a whole row would
   * otherwise bring back what another device has changed since.
   */
  async copies(name: TableName, stored: Row[]): Promise<AppRow[]> {
    const { dates } = rulesOf(name);
    return (await this.withSecrets(name, stored)).map((row) => toAppRow(this.#filled(name, row), dates));
  }

  /** Stored rows as the application gets them. They are remembered as its own. */
  async handOut(name: TableName, stored: Row[]): Promise<AppRow[]> {
    const rules = rulesOf(name);
    return (await this.withSecrets(name, stored)).map((row) => {
      // The application may change what it gets.
      this.believe(name, String(row[rules.key]), jsonOf(row) as Row);
      return toAppRow(this.#filled(name, row), rules.dates);
    });
  }

  async keys(name: TableName): Promise<string[]> {
    const { key } = rulesOf(name);
    return (await this.withSecrets(name, await this.store(name).list())).map((row) => String(row[key]));
  }

  /** A row with its secrets, without Date objects. */
  async stored(name: TableName, key: string): Promise<Row | undefined> {
    const row = await this.store(name).get(key);
    return row && (await this.withSecrets(name, [row]))[0];
  }

  /** Stores what the application has changed in the row. Gives the key, which a row without one gets. */
  async put(name: TableName, input: unknown): Promise<string> {
    const rules = rulesOf(name);
    const row = storedForm(rules, input, rules.nulls);
    const key = String(row[rules.key]);
    const base = this.belief(name, key);
    const { open, secrets } = this.#secrets.split(rules, row);
    const before = await this.store(name).get(key);
    const baseOpen = base && this.#secrets.split(rules, base).open;
    const next = before && baseOpen ? mergeRows(FLAT, baseOpen, open, before) : open;
    const isChanged = !before || !isSame(before, next);
    // A row that is gone comes back if the application has changed it, and not because it saved it again.
    const isGone = !before && base !== undefined && isSame(base, row);
    if (isChanged && !isGone) {
      await this.#requireUnique(rules, key, before, next);
      const localOnly = this.#isDevices(rules, key) || (await this.isOrphan(rules, next));
      await this.store(name).write(next, before, localOnly);
      if (!before) await this.#releaseParts(name, key);
    }
    if (!isGone) await this.#secrets.store(rules, key, secrets);
    this.#learned.push([name, key, row]);
    return key;
  }

  /** Stores rows of `storedForm` as a whole, whatever the application has of them. */
  async replace(name: TableName, rows: readonly Row[]): Promise<void> {
    const rules = rulesOf(name);
    const plain: Row[] = [];
    for (const row of rows) {
      const key = String(row[rules.key]);
      const { open, secrets } = this.#secrets.split(rules, row);
      if (this.#isDevices(rules, key) || (await this.isOrphan(rules, open)))
        await this.store(name).write(open, await this.store(name).get(key), true);
      else plain.push(open);
      await this.#secrets.store(rules, key, secrets);
      this.#learned.push([name, key, row]);
    }
    await this.store(name).writeAll(plain);
  }

  async delete(name: TableName, keys: readonly string[]): Promise<void> {
    await this.store(name).remove(keys);
    if (rulesOf(name).secrets) await this.#secrets.remove(name, keys);
    for (const key of keys) this.#learned.push([name, key, null]);
  }

  /** The row as the application has it. */
  belief(name: TableName, key: string): Row | undefined {
    return this.#beliefs.get(name)?.get(key);
  }

  beliefs(name: TableName): ReadonlyMap<string, Row> {
    return this.#beliefs.get(name) ?? new Map();
  }

  believe(name: TableName, key: string, row: Row | null): void {
    const rows = this.#beliefs.get(name) ?? new Map<string, Row>();
    this.#beliefs.set(name, rows);
    if (row) rows.set(key, row);
    else rows.delete(key);
  }

  /** Another user's rows are the application's from now on. */
  forgetAll(): void {
    this.#beliefs.clear();
  }

  store(name: TableName): RowStore {
    const store = this.#stores.get(name) ?? openStore(this.landfall, rulesOf(name));
    this.#stores.set(name, store);
    return store;
  }

  /** Stored rows with their secrets, and without what is no row of the application. */
  async withSecrets(name: TableName, rows: Row[]): Promise<Row[]> {
    // A setting that is sealed by a key that this device lacks is none.
    const isShown = ({ key, value }: Row) => !String(key).startsWith(RESERVED) && !isEnvelope(value);
    const shown = name === "appState" ? rows.filter(isShown) : rows;
    return this.#secrets.join(rulesOf(name), shown);
  }

  async #requireUnique(rules: TableRules, key: string, before: Row | undefined, row: Row): Promise<void> {
    for (const members of rules.unique) {
      const [first = ""] = members;
      const value = own(row, first);
      const isNew = !before || members.some((member) => own(before, member) !== own(row, member));
      if (!isNew || typeof value !== "string") continue;
      for (const other of await this.store(rules.name).find(first, value)) {
        const isTaken = members.every((member) => own(other, member) === own(row, member));
        if (isTaken && other[rules.key] !== key) throw constraintError(rules.name, members);
      }
    }
  }

  /** The row without its secrets. */
  open(name: TableName, row: Row): Row {
    return this.#secrets.split(rulesOf(name), row).open;
  }

  /** Whether a row stays on this device, whatever it refers to. */
  #isDevices(rules: TableRules, key: string): boolean {
    return this.#secrets.stays(rules, key) || (rules.name === "appState" && this.#deviceSettings.has(key));
  }

  /** Whether the row that it belongs to is not there. */
  async isOrphan({ parts }: TableRules, row: Row): Promise<boolean> {
    for (const { member, table } of parts) {
      if (!(await this.store(table).get(String(row[member])))) return true;
    }
    return false;
  }

  /** Rows that waited for this one on the device are sent from now on. */
  async #releaseParts(name: TableName, key: string): Promise<void> {
    if (name !== "conversations") return;
    const { interactions } = this.landfall.collections;
    const waiting = await interactions.where("conversationId").equals(key).list();
    if (waiting.length > 0) await interactions.putMany(waiting, { localOnly: false });
  }
}

/** The row as JSON with its key, times as text, keys of other rows as text, and the members that must be there. `nulls`: of a save. */
export function storedForm(rules: TableRules, input: unknown, nulls: readonly string[] = []): Row {
  const given = { ...(input as Row) };
  if (given[rules.key] == null || given[rules.key] === "") {
    given[rules.key] = newId();
    // Dexie puts the key into the object too.
    if (Object.isExtensible(input)) (input as Row)[rules.key] = given[rules.key];
  }
  const missing = Object.fromEntries(nulls.map((member) => [member, null]));
  const row: Row = { ...rules.defaults, ...missing, ...(jsonOf(given) as Row), [rules.key]: keyOf(given[rules.key]) };
  for (const member of rules.dates) if (row[member] != null) row[member] = isoOf(row[member]);
  for (const member of rules.links) if (typeof row[member] === "number") row[member] = String(row[member]);
  const { members } = rules;
  return members ? Object.fromEntries(Object.entries(row).filter(([member]) => members.includes(member))) : row;
}

function isSame(one: Row, other: Row): boolean {
  const { changes, remove } = differenceOf(one, other);
  return Object.keys(changes).length === 0 && remove.length === 0;
}

function sorted(rows: Row[], { order, key }: TableRules): Row[] {
  if (!order) return rows;
  const { by, newestFirst } = order;
  const compare = (one: unknown, other: unknown) => {
    // A row without a value is the least.
    if (one == null || other == null) return Number(one != null) - Number(other != null);
    return one === other ? 0 : (one as string) < (other as string) ? -1 : 1;
  };
  const least = (one: Row, other: Row) => compare(one[by], other[by]) || compare(one[key], other[key]);
  return [...rows].sort((one, other) => (newestFirst ? least(other, one) : least(one, other)));
}
