// Tells the application which of its rows another device, or another tab, has changed. A change is compared with the row as the application has it, so
// that its own saves are no news.

import { Dexie, mergeRanges, type ObservabilitySet, RangeSet } from "dexie";
import { SECRETS_OF_ROWS } from "../../sealing/split";
import type { WorkspaceSource } from "../../store/live";
import { reportUnlessEnded } from "../../store/storage-errors";
import type { Row } from "../../store/tables";
import { fingerprint } from "../../util/hash";
import { report } from "../../util/report";
import type { Rows } from "./rows";
import { differenceOf, RESERVED } from "./store";
import { TABLES, type TableName } from "./tables";

/** What the application must load again. */
export interface RemoteChange {
  tables: readonly TableName[];
  /** The keys of the changed rows. Empty where `everything` has changed. */
  keys: Readonly<Partial<Record<TableName, readonly string[]>>>;
  /** The conversations of changed interactions, for `loadInteractionsForConversation`. */
  conversationIds: readonly string[];
  /** Another user's rows are shown. */
  everything: boolean;
}

/** The changed keys of a stored table; `null`: any. */
type Changed = Map<string, Set<string> | null>;

export class RemoteChanges {
  readonly #rows: Rows;
  readonly #source: WorkspaceSource;
  readonly #listeners = new Set<(change: RemoteChange) => void>();
  /** Fingerprints of what was told about a row. */
  readonly #told = new Map<string, string>();
  #changed: Changed = new Map();

  constructor(rows: Rows, source: WorkspaceSource) {
    this.#rows = rows;
    this.#source = source;
  }

  listen(listener: (change: RemoteChange) => void): () => void {
    const entry = (change: RemoteChange) => listener(change);
    if (this.#listeners.size === 0) Dexie.on("storagemutated", this.#note);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.close();
    };
  }

  tellEverything(): void {
    this.#told.clear();
    this.#tell({
      tables: [...TABLES.values()].map(({ name }) => name),
      keys: {},
      conversationIds: [],
      everything: true,
    });
  }

  close(): void {
    this.#listeners.clear();
    Dexie.on.storagemutated.unsubscribe(this.#note);
  }

  readonly #note = (parts: ObservabilitySet): void => {
    const database = this.#source.current.get()?.db.name;
    const isPlanned = this.#changed.size > 0;
    for (const [part, ranges] of Object.entries(parts)) {
      const [, name, table = ""] = /^idb:\/\/(.*)\/([^/]+)\/$/.exec(part) ?? [];
      if (name !== database || !ranges) continue;
      const keys = keysOf(ranges);
      const known = this.#changed.get(table);
      this.#changed.set(table, keys && known !== null ? new Set([...keys, ...(known ?? [])]) : null);
    }
    if (!isPlanned && this.#changed.size > 0) this.#rows.inTurn(() => this.#look()).catch(reportUnlessEnded);
  };

  /** Behind the application's own saves, which are known by then. */
  async #look(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Map();
    const found: [TableName, string, Row | undefined][] = [];
    for (const [stored, keys] of changed) {
      for (const [table, some] of tablesOf(stored, keys)) found.push(...(await this.#news(table, some)));
    }
    if (found.length === 0) return;
    const keys: Partial<Record<TableName, string[]>> = {};
    const conversationIds = new Set<string>();
    for (const [table, key, row] of found) {
      const ofTable = keys[table] ?? [];
      ofTable.push(key);
      keys[table] = ofTable;
      const known = row ?? this.#rows.beliefs.get(table, key);
      if (table === "interactions" && known) conversationIds.add(String(known.conversationId));
    }
    const tables = Object.keys(keys) as TableName[];
    this.#tell({ tables, keys, conversationIds: [...conversationIds], everything: false });
  }

  async #news(table: TableName, some: Set<string> | null): Promise<[TableName, string, Row | undefined][]> {
    const all = some ? null : await this.#rows.all(table);
    const keys = some ?? new Set([...(all?.keys() ?? []), ...this.#rows.beliefs.keys(table)]);
    const news: [TableName, string, Row | undefined][] = [];
    for (const key of keys) {
      const row = all ? all.get(key) : await this.#rows.stored(table, key);
      const belief = this.#rows.beliefs.get(table, key);
      const difference = differenceOf(belief ?? {}, row ?? {});
      const isNews = Object.keys(difference.changes).length > 0 || difference.remove.length > 0;
      const name = `${table}:${key}`;
      const print = fingerprint(difference);
      if (isNews && this.#told.get(name) !== print) news.push([table, key, row]);
      if (isNews) this.#told.set(name, print);
      else this.#told.delete(name);
    }
    return news;
  }

  #tell(change: RemoteChange): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** The single keys of ranges; `null` if there are others. */
function keysOf(ranges: ObservabilitySet[string]): string[] | null {
  const keys: string[] = [];
  const whole = new RangeSet();
  // Another tab's ranges arrive without their class.
  mergeRanges(whole, ranges);
  for (const { from, to } of whole) {
    if (from !== to) return null;
    keys.push(String(from));
  }
  return keys;
}

/** LiteChat's tables whose rows are in a stored table, with the keys of theirs. */
function tablesOf(stored: string, keys: Set<string> | null): [TableName, Set<string> | null][] {
  if (stored !== "settings") {
    const rules = TABLES.get(stored);
    return rules ? [[rules.name, keys]] : [];
  }
  const settings = keys && new Set([...keys].filter((key) => !key.startsWith(RESERVED)));
  return [...secretsOfRows(keys), ["appState", settings]];
}

/** The rows whose secrets have changed. */
function secretsOfRows(keys: Set<string> | null): [TableName, Set<string> | null][] {
  const rows = [...TABLES.values()].filter(({ secrets }) => secrets);
  return rows.flatMap(({ name }): [TableName, Set<string> | null][] => {
    const prefix = `${SECRETS_OF_ROWS}${name}:`;
    const some = [...(keys ?? [])].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    return some.length > 0 ? [[name, new Set(some)]] : [];
  });
}
