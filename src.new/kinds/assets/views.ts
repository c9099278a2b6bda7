// What the screen shows of files: rows with their sync states and whether their bytes are here. Queries for Dexie's liveQuery. Loaded on demand (kinds/edits.ts).

import { entriesIn, entriesOf, groupByKey } from "../../store/entries";
import { type OfProject, rowsOfProject } from "../../store/of-project";
import { rowSync } from "../../store/row-sync";
import type { UserDatabase } from "../../store/synced-kind";
import type { OutboxEntry } from "../../store/tables";
import type { Asset, AssetRow, FileUsage } from "../../types/assets";
import { ASSETS, assetsIn, localFilesIn } from "./tables";

/** The newest first. */
export async function queryAssets(db: UserDatabase, only: OfProject): Promise<AssetRow[]> {
  const rows = await rowsOfProject(assetsIn(db), only);
  const entries = groupByKey(await entriesIn(db, ASSETS));
  const onDevice = new Set(await localFilesIn(db).toCollection().primaryKeys());
  const localOnly = new Set(
    (await db.syncRows.where("localOnly").above(0).toArray()).flatMap(({ collection, key }) =>
      collection === ASSETS ? [key] : [],
    ),
  );
  const shown = rows.map((row) => show(row, entries.get(row.id) ?? [], onDevice.has(row.id), localOnly.has(row.id)));
  return shown.sort(newestFirst);
}

function newestFirst(one: AssetRow, other: AssetRow): number {
  return createdMs(other) - createdMs(one) || (one.id < other.id ? 1 : -1);
}

/** An id of version 7 has the device's time of creation; the server's date is the time of the upload. */
function createdMs({ id, createdAt }: AssetRow): number {
  return id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Date.parse(createdAt);
}

export async function queryAsset(db: UserDatabase, id: string): Promise<AssetRow | undefined> {
  const row = await assetsIn(db).get(id);
  if (!row) return undefined;
  const onDevice = (await localFilesIn(db).get(id)) !== undefined;
  const localOnly = (await db.syncRows.get([ASSETS, id]))?.localOnly !== undefined;
  return show(row, await entriesOf(db, ASSETS, id), onDevice, localOnly);
}

export async function queryUsage(db: UserDatabase, budgetBytes: number): Promise<FileUsage> {
  let [bytes, unsentBytes] = [0, 0];
  for (const { size, uploadStatus } of await localFilesIn(db).toArray()) {
    bytes += size;
    if (uploadStatus !== "completed") unsentBytes += size;
  }
  return { bytes, unsentBytes, budgetBytes };
}

function show(row: Asset, entries: readonly OutboxEntry[], onDevice: boolean, localOnly: boolean): AssetRow {
  const upload = entries.find(({ type }) => type === "upload");
  const uploadStatus = upload ? UPLOAD_STATUS[upload.status] : row.uploadStatus;
  return { ...row, uploadStatus, sync: rowSync(entries), onDevice, localOnly };
}

/** By the status of an entry. */
const UPLOAD_STATUS = { pending: "pending", sending: "uploading", failed: "failed" } as const;
