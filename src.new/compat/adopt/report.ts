// Counts what a run finds, and lists what is odd.

import type { OldDatabase, OldRow } from "./old-database";
import type { Examined, Note } from "./product";
import type { AdoptionReport, DatabaseReport, TableReport } from "./types";

/** The list has at most so many entries of one code in one table; the rest is counted. */
const MAX_ODD = 20;

export class ReportBuilder {
  readonly report: AdoptionReport = { databases: [], tables: [], odd: [], oddTotal: 0 };
  readonly #listed = new Map<string, number>();

  database({ name, version }: OldDatabase, owner: DatabaseReport["owner"]): void {
    this.report.databases.push({ name, version, owner });
  }

  table(database: string, table: string, rows: number): TableReport {
    const counts = { database, table, rows, taken: 0, before: 0, different: 0, skipped: 0 };
    this.report.tables.push(counts);
    return counts;
  }

  /** A table of which nothing is taken. `isLeft`: something may be lost with it. */
  ignored(database: string, table: string, rows: number, reason: string, isLeft: boolean): void {
    Object.assign(this.table(database, table, rows), { reason, skipped: isLeft ? rows : 0 });
    if (isLeft && rows > 0)
      this.#note({ database, table }, null, [{ effect: "skipped", code: "unknown_table", message: reason }]);
  }

  count(table: TableReport, { old, verdict, notes, differs }: Examined<unknown>): void {
    if (differs) table.different += 1;
    if (verdict === "new") table.taken += 1;
    else if (verdict === "present") table.before += 1;
    else table.skipped += 1;
    this.#note(table, old, notes);
  }

  #note(
    { database, table }: Pick<TableReport, "database" | "table">,
    old: OldRow | null,
    notes: readonly Note[],
  ): void {
    const key = old && (typeof old.key === "string" ? old.key : JSON.stringify(old.key));
    this.report.oddTotal += notes.length;
    for (const note of notes) {
      const kind = [database, table, note.effect, note.code].join();
      const listed = (this.#listed.get(kind) ?? 0) + 1;
      this.#listed.set(kind, listed);
      if (listed <= MAX_ODD) this.report.odd.push({ database, table, key, ...note });
    }
  }
}
