// What the screen shows of files: rows joined with where they stand in the queue and whether their bytes are here. Queries for Dexie's liveQuery.

import type { AssetRow as StoredRow, UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { ASSETS } from "../rows/definition";
import { rowSync } from "../rows/row-sync";
import { entriesIn, entriesOf, groupByKey } from "../rows/state";
import type { AssetRow, FileUsage } from "./types";

/** What files may take up on a device. */
export const DEFAULT_BUDGET_BYTES = 200_000_000;

/** The newest first. */
export async function queryAssets(db: UserDatabase, { projectId }: { projectId?: string }): Promise<AssetRow[]> {
  const rows = await (projectId === undefined
    ? db.assetMetadata.toArray()
    : db.assetMetadata.where("projectId").equals(projectId).toArray());
  const entries = groupByKey(await entriesIn(db, ASSETS));
  const here = new Set(await db.assets.toCollection().primaryKeys());
  const stays = new Set(
    (await db.syncRows.where("localOnly").above(0).toArray()).flatMap(({ collection, key }) =>
      collection === ASSETS ? [key] : [],
    ),
  );
  const shown = rows.map((row) => show(row, entries.get(row.id) ?? [], here.has(row.id), stays.has(row.id)));
  return shown.sort(newestFirst);
}

/** By when the device made them, as far as their ids tell (version 7): the server's own date comes only with the upload. */
function newestFirst(one: AssetRow, other: AssetRow): number {
  return bornAt(other) - bornAt(one) || (one.id < other.id ? 1 : -1);
}

function bornAt({ id, createdAt }: AssetRow): number {
  return id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Date.parse(createdAt);
}

export async function queryAsset(db: UserDatabase, id: string): Promise<AssetRow | undefined> {
  const row = await db.assetMetadata.get(id);
  if (!row) return undefined;
  const here = (await db.assets.get(id)) !== undefined;
  const stays = (await db.syncRows.get([ASSETS, id]))?.localOnly !== undefined;
  return show(row, await entriesOf(db, ASSETS, id), here, stays);
}

export async function queryUsage(db: UserDatabase, budgetBytes: number): Promise<FileUsage> {
  let [bytes, unsentBytes] = [0, 0];
  for (const { size, uploadStatus } of await db.assets.toArray()) {
    bytes += size;
    if (uploadStatus !== "completed") unsentBytes += size;
  }
  return { bytes, unsentBytes, budgetBytes };
}

function show(row: StoredRow, entries: readonly OutboxEntry[], onDevice: boolean, localOnly: boolean): AssetRow {
  const upload = entries.find(({ type }) => type === "upload");
  const uploadStatus = upload ? WORDS[upload.status] : row.uploadStatus;
  return { ...row, uploadStatus, sync: rowSync(entries), onDevice, localOnly };
}

/** The queue's words in the files'. */
const WORDS = { pending: "pending", sending: "uploading", failed: "failed" } as const;
