// Changes stored rows. In place of Dexie's `modify` and `update`, which copy rows by assignment and so lose a member named `__proto__`.

import type { Collection, Table } from "dexie";

/** Puts the members of `changes` into each of the rows, in one transaction or inside the caller's. */
export async function changeRows<T extends object, K>(
  table: Table<T, K>,
  rows: Collection<T, K>,
  changes: Partial<T> | ((row: T) => Partial<T>),
): Promise<void> {
  await table.db.transaction("rw", table, async () => {
    const found = await rows.toArray();
    await table.bulkPut(found.map((row) => ({ ...row, ...(typeof changes === "function" ? changes(row) : changes) })));
  });
}

/** `changeRows` of the row with this primary key, if there is one. */
export function changeRow<T extends object, K>(
  table: Table<T, K>,
  key: NoInfer<K>,
  changes: Partial<T>,
): Promise<void> {
  return changeRows(table, table.where(":id").equals(key as never), changes);
}
