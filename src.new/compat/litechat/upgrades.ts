// Upgrade steps of the application's own: a new member is filled in the rows that lack it. The stored rows are changed once, and rows that another
// device sends later, from an earlier version, when they are loaded.

import type { Row } from "../../store/tables";
import type { Collection, Landfall } from "../../types";
import { report } from "../../util/report";
import type { Rows } from "./rows";
import { differenceOf, RESERVED } from "./store";
import { rulesOf, type TableName } from "./tables";
import type { AppRow } from "./values";

/** What fills a row. It gets a copy with texts for times, and returns the row as it should be. A row that is filled already must come back equal. */
export type Fill = (row: AppRow) => AppRow;

/**
 * The steps by version. Versions are whole numbers above 0; higher ones come later.
 *
 * @example
 * const upgrades = { 2: { conversations: (row) => ({ archivedAt: null, ...row }) } };
 */
export type Upgrades = Readonly<Record<number, Readonly<Partial<Record<TableName, Fill>>>>>;

/** The setting that tells the version of this device's rows. */
const VERSION_KEY = `${RESERVED}upgraded`;
const PAGE_ROWS = 200;

export class Upgrading {
  readonly #steps: readonly [number, Readonly<Partial<Record<TableName, Fill>>>][];
  #userId: string | undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(upgrades: Upgrades) {
    this.#steps = Object.entries(upgrades)
      .map(([version, step]): [number, typeof step] => [Number(version), step])
      .sort(([one], [other]) => one - other);
  }

  /** The row with what all steps fill. */
  filled(table: TableName, row: Row): Row {
    let whole = row;
    for (const [, step] of this.#steps) whole = step[table]?.({ ...whole }) ?? whole;
    return whole;
  }

  /** Fills the stored rows of a user, once for each version. A failure stops no start: rows are filled when they are loaded, and the next start tries again. */
  once(landfall: Landfall, rows: Rows, userId: string | undefined): Promise<void> {
    if (userId !== this.#userId) this.#done = this.#run(landfall, rows).catch(report);
    this.#userId = userId;
    return this.#done;
  }

  async #run(landfall: Landfall, rows: Rows): Promise<void> {
    const last = this.#steps.at(-1)?.[0];
    if (last === undefined) return;
    const settings = landfall.collections.settings as unknown as Collection<{ key: string; value: unknown }>;
    const before = Number((await settings.get(VERSION_KEY))?.value ?? 0);
    if (before >= last) return;
    const tables = this.#steps.flatMap(([version, step]) => (version > before ? Object.keys(step) : []));
    for (const table of new Set(tables as TableName[])) await this.#fillTable(landfall, rows, table);
    await settings.put({ key: VERSION_KEY, value: last }, { localOnly: true });
  }

  async #fillTable(landfall: Landfall, rows: Rows, table: TableName): Promise<void> {
    const store = rows.store(table);
    const { key } = rulesOf(table);
    const all = await store.list();
    const open = all.filter((row) => isChanged(row, this.filled(table, row)));
    for (let from = 0; from < open.length; from += PAGE_ROWS)
      await landfall.transaction(async () => {
        for (const { [key]: id } of open.slice(from, from + PAGE_ROWS)) {
          // As it is by now.
          const row = await store.get(String(id));
          if (row) await store.write(this.filled(table, row), row, false);
        }
      });
  }
}

function isChanged(row: Row, filled: Row): boolean {
  const { changes, remove } = differenceOf(row, filled);
  return Object.keys(changes).length + remove.length > 0;
}
