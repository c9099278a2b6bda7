// Rows as the application has them: as they were last handed out or saved. They tell what the application has changed in a row that it saves as a whole.

import type { Row } from "../../store/tables";
import type { TableName } from "./tables";

export class Beliefs {
  readonly #rows = new Map<TableName, Map<string, Row>>();

  get(name: TableName, key: string): Row | undefined {
    return this.#rows.get(name)?.get(key);
  }

  keys(name: TableName): Iterable<string> {
    return this.#rows.get(name)?.keys() ?? [];
  }

  /** `null`: the application knows of no such row. */
  set(name: TableName, key: string, row: Row | null): void {
    const rows = this.#rows.get(name) ?? new Map<string, Row>();
    this.#rows.set(name, rows);
    if (row) rows.set(key, row);
    else rows.delete(key);
  }

  /** Another user's rows are the application's from now on. */
  clear(): void {
    this.#rows.clear();
  }
}
