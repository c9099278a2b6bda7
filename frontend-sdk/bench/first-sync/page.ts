// The page of the benchmark: the first sync of a new device, and a bare bulkPut of the same rows into the same tables.

import { createLandfall } from "@landfall/client";
import Dexie from "dexie";

const APP = "bench";

/** Milliseconds until the sync is complete, and how often its progress was shown. */
async function firstSync(email: string): Promise<{ ms: number; shown: number }> {
  const landfall = createLandfall({ name: APP });
  await landfall.start();
  const started = performance.now();
  let shown = 0;
  const complete = new Promise<void>((resolve) => {
    landfall.sync.status.subscribe((status) => {
      if (status.receiving !== undefined) shown += 1;
      else if (status.state === "synced" && status.lastSyncedAt !== undefined) resolve();
    });
  });
  await landfall.auth.devSignIn({ email });
  await complete;
  const ms = performance.now() - started;
  await landfall.close();
  return { ms, shown };
}

/** Reads the device's rows and writes them to a new database with the same tables and indexes. */
async function bulkPut(): Promise<{ ms: number; rows: number }> {
  const name = (await Dexie.getDatabaseNames()).find((name) => name.startsWith(`${APP}-`));
  if (name === undefined) throw new Error("There is no database: sync first.");
  const source = await new Dexie(name).open();
  const rowsOf = await Promise.all(
    source.tables.map(async (table) => ({ table: table.name, rows: (await table.toArray()) as unknown[] })),
  );
  const target = new Dexie(`floor-${APP}`);
  const stores = source.tables.map(({ name, schema: { primKey, indexes } }) => [
    name,
    [primKey.src, ...indexes.map(({ src }) => src)].join(","),
  ]);
  target.version(1).stores(Object.fromEntries(stores));
  await target.open();
  const started = performance.now();
  // The tables of the sync itself hold no data. The bare bulkPut leaves them out.
  const data = rowsOf.filter(({ table }) => !["syncRows", "syncQueue", "appState", "conflicts"].includes(table));
  for (const { table, rows } of data) await target.table(table).bulkPut(rows);
  const ms = performance.now() - started;
  source.close();
  await target.delete();
  return { ms, rows: data.reduce((sum, { rows }) => sum + rows.length, 0) };
}

Object.assign(window, { firstSync, bulkPut });
