// The schema of a user's database and its version, from the histories of those who declare tables.

/** Dexie's `stores`: the primary key and the indexes by table. */
export type Stores = Readonly<Record<string, string>>;

/** All `stores` of one declarer, the oldest first. A change appends an entry. */
export type StoresHistory = readonly Stores[];

/**
 * The newest schema and its version: 1 plus the number of changes in all histories. Histories only grow, so each change raises the version.
 * Dexie migrates from whatever the browser has to the newest schema. A table that is no longer declared is dropped (`null`).
 */
export function currentSchema(histories: readonly StoresHistory[]): {
  version: number;
  stores: Record<string, string | null>;
} {
  const tables = histories.flat().flatMap((stores) => Object.keys(stores));
  return {
    version: histories.reduce((version, history) => version + history.length - 1, 1),
    stores: Object.assign(
      Object.fromEntries(tables.map((table): [string, null] => [table, null])),
      ...histories.map((history) => history.at(-1)),
    ),
  };
}
