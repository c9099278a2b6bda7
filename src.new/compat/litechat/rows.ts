// Reads and writes of LiteChat's rows. The application saves whole rows from lists that it loaded once. So each row is remembered as it was last handed
// out or saved, and a save writes what differs from that.

import { isEnvelope } from "../../sealing/envelope";
import { mergeRows, own } from "../../store/merge";
import { reportUnlessEnded } from "../../store/storage-errors";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import type { Landfall, Sealing } from "../../types";
import type { Attachments } from "./attachments";
import { Beliefs } from "./beliefs";
import { DeviceSecrets } from "./device-secrets";
import { constraintError, withDexieErrors } from "./errors";
import { isSame, sorted, storedForm } from "./row-form";
import { FLAT, openStore, RESERVED, type RowStore } from "./store";
import { rulesOf, type TableName, type TableRules } from "./tables";
import { type AppRow, jsonOf, keyOf, toAppRow } from "./values";

export interface RowOptions {
  /** A row with what upgrade steps of the application fill. */
  filled?: (name: TableName, row: Row) => Row;
  /** Seals secrets where a passphrase is known. */
  sealing?: Sealing | undefined;
  /** Keys of settings that stay on the device. */
  deviceSettings?: readonly string[];
  /** Where contents of files are that are too large for their rows. */
  attachments?: Attachments;
}

export class Rows {
  readonly landfall: Landfall;
  readonly #ready: () => Promise<void>;
  readonly #filled: (name: TableName, row: Row) => Row;
  readonly #secrets: DeviceSecrets;
  readonly #stores = new Map<TableName, RowStore>();
  readonly beliefs = new Beliefs();
  /** What becomes known when the transaction is stored; `null`: the row is gone. */
  #learned: [TableName, string, Row | null][] = [];
  /** The keys of interactions that the transaction has removed, with their conversations too. */
  #gone: string[] = [];
  /** Calls run one after the other, so that each is compared with what the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  readonly #deviceSettings: ReadonlySet<string>;
  readonly #attachments: Attachments | undefined;

  constructor(landfall: Landfall, ready: () => Promise<void>, options: RowOptions = {}) {
    this.landfall = landfall;
    this.#ready = ready;
    this.#filled = options.filled ?? ((_name, row) => row);
    this.#deviceSettings = new Set(options.deviceSettings);
    this.#attachments = options.attachments;
    this.#secrets = new DeviceSecrets(landfall, options.sealing);
  }

  /** The device can seal secrets from now on. */
  releaseSecrets(): Promise<void> {
    return this.write(() => this.#secrets.release());
  }

  /** All rows in the table's order. */
  async load(name: TableName): Promise<AppRow[]> {
    return this.whole(name, await this.inTurn(() => this.list(name)));
  }

  loadOne(name: TableName, key: unknown): Promise<AppRow | undefined> {
    return this.inTurn(async () => {
      const row = await this.store(name).get(keyOf(key));
      return row && (await this.handOut(name, [row]))[0];
    });
  }

  /** The rows with this value in a member, in the table's order. */
  async loadWhere(name: TableName, member: string, value: unknown): Promise<AppRow[]> {
    const found = await this.inTurn(async () => {
      const rows = sorted(await this.store(name).find(member, keyOf(value)), rulesOf(name));
      return this.handOut(name, rows);
    });
    return this.whole(name, found);
  }

  save(name: TableName, input: unknown): Promise<string> {
    if (name !== "interactions") return this.write(() => this.put(name, input));
    return this.write(
      (row: Row) => this.put(name, row),
      (added) => this.#moved(name, storedForm(rulesOf(name), input), added),
    );
  }

  remove(name: TableName, key: unknown): Promise<void> {
    return this.write(() => this.delete(name, [keyOf(key)]));
  }

  /** Runs `work` alone, in one transaction, with Dexie's errors. It may await calls of the client only. */
  write<T>(work: () => Promise<T>): Promise<T>;
  /** `prepare` runs in front of the transaction. The files that it adds, and lists in `added`, are deleted if nothing is stored. */
  write<T, P>(work: (prepared: P) => Promise<T>, prepare: (added: string[]) => Promise<P>): Promise<T>;
  write<T, P>(work: (prepared: P) => Promise<T>, prepare?: (added: string[]) => Promise<P>): Promise<T> {
    return this.inTurn(async () => {
      this.#learned = [];
      this.#gone = [];
      const added: string[] = [];
      try {
        const prepared = (await prepare?.(added)) as P;
        const result = await this.landfall.transaction(() => work(prepared));
        for (const [name, key, row] of this.#learned) this.beliefs.set(name, key, row);
        // Files that stay are no harm to the caller.
        if (this.#gone.length > 0) await this.#attachments?.removeOf(this.#gone).catch(reportUnlessEnded);
        return result;
      } catch (error) {
        await this.#attachments?.discard(added);
        throw error;
      }
    });
  }

  /** The row with references in the place of contents that are too large for it. In front of a transaction. */
  async #moved(name: TableName, row: Row, added: string[]): Promise<Row> {
    const key = String(row[rulesOf(name).key]);
    const [before, base] = [await this.store(name).get(key), this.beliefs.get(name, key)];
    const move = (filesMayBeGone: boolean) => this.#attachments?.moved(key, row, before ?? base, added, filesMayBeGone);
    const isGone = !before && base !== undefined;
    const moved = await move(isGone);
    // The files of a row that comes back are stored again.
    const comesBack = isGone && moved !== undefined && !isSame(base, moved);
    return (comesBack ? await move(false) : moved) ?? row;
  }

  /** The rows of a file of `table`, like `save`. */
  async movedAll(name: TableName, given: readonly unknown[], added: string[]): Promise<unknown[]> {
    const rows: unknown[] = [];
    for (const row of given) {
      const isRow = isPlainObject(row) && typeof row[rulesOf(name).key] === "string";
      rows.push(isRow ? await this.#moved(name, row, added) : row);
    }
    return rows;
  }

  /** The rows with the contents of their files. Outside of a turn, since it may load them. */
  async whole(name: TableName, rows: AppRow[]): Promise<AppRow[]> {
    return (name === "interactions" && (await this.#attachments?.restored(rows))) || rows;
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
    const rows = this.#secrets.readable(name, await this.withSecrets(name, stored));
    return rows.map((row) => toAppRow(this.#filled(name, row), dates));
  }

  /** Stored rows as the application gets them. They are remembered as its own. */
  async handOut(name: TableName, stored: Row[]): Promise<AppRow[]> {
    const rules = rulesOf(name);
    return (await this.withSecrets(name, stored)).map((row) => {
      // The application may change what it gets.
      this.beliefs.set(name, String(row[rules.key]), jsonOf(row) as Row);
      return toAppRow(this.#filled(name, row), rules.dates);
    });
  }

  async keys(name: TableName): Promise<string[]> {
    return [...(await this.all(name)).keys()];
  }

  /** All rows by their keys, with their secrets and without Date objects. */
  async all(name: TableName): Promise<Map<string, Row>> {
    const { key } = rulesOf(name);
    const rows = await this.withSecrets(name, await this.store(name).list());
    return new Map(rows.map((row) => [String(row[key]), row]));
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
    const base = this.beliefs.get(name, key);
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
    if (name === "interactions") this.#gone.push(...keys);
    if (name === "conversations") await this.#noteParts(keys);
    await this.store(name).remove(keys);
    if (rulesOf(name).secrets) await this.#secrets.remove(name, keys);
    for (const key of keys) this.#learned.push([name, key, null]);
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

  /** Interactions that are removed with their conversations. */
  async #noteParts(conversations: readonly string[]): Promise<void> {
    const parts = this.landfall.collections.interactions.where("conversationId").anyOf(conversations);
    await parts.limit(Infinity).each(({ id }) => void this.#gone.push(id));
  }

  /** Rows that waited for this one on the device are sent from now on. */
  async #releaseParts(name: TableName, key: string): Promise<void> {
    if (name !== "conversations") return;
    const { interactions } = this.landfall.collections;
    const waiting = await interactions.where("conversationId").equals(key).list();
    if (waiting.length > 0) await interactions.putMany(waiting, { localOnly: false });
  }
}
