// The tables of files, typed.

import type { Table } from "dexie";
import type { StoresHistory } from "../../store/schema";
import type { UserDatabase } from "../../store/synced-kind";
import type { Asset } from "../../types/assets";

export const ASSETS = "assets";
/** The default of `FilesOptions.budgetBytes`. */
export const DEFAULT_BUDGET_BYTES = 200_000_000;

export const ASSET_TABLE = "assetMetadata";

/** A file whose bytes are on this device: not uploaded yet, kept on this device, or a copy of the server's. */
export interface LocalFile {
  /** Of the row in `assetMetadata`. */
  id: string;
  projectId: string | null;
  uploadStatus: "pending" | "uploading" | "completed" | "failed";
  /** The application's choice; see `KeepLocal`. */
  keepLocal: "until-synced" | "always";
  /** Bytes. */
  size: number;
  /** RFC 3339 UTC: when the bytes were last asked for. */
  usedAt: string;
  /** The bytes, where the browser has no writable file system. */
  file?: Blob;
}

/** The tables that the server's document doesn't declare. */
export const assetStores: StoresHistory = [{ assets: "id, projectId, uploadStatus, usedAt" }];

export function assetsIn(db: UserDatabase): Table<Asset, string> {
  return db.table(ASSET_TABLE);
}

export function localFilesIn(db: UserDatabase): Table<LocalFile, string> {
  return db.table("assets");
}
