// The words of the public surface for files. Types only.

import type { Asset } from "../api/types";
import type { Observable, RowSync } from "../types";

/**
 * "until-synced": the bytes leave this device once the server has them; what is fetched again stays until room is needed. "always": the local file
 * stays, as the application's working copy.
 */
export type KeepLocal = "until-synced" | "always";

/** What the client does with files on this device. */
export interface FilesOptions {
  /** What files may take up here, in bytes; above it what was fetched and isn't looked at any more makes room, never what is unsent. Default: 200 MB. */
  budgetBytes?: number;
  /** For files that don't say it themselves. Default: "until-synced". */
  keepLocal?: KeepLocal;
}

export interface AddOptions {
  /** A UUID. Default: a new one. */
  id?: string;
  /** 1 to 255 characters. Default: the file's own name. */
  fileName?: string;
  projectId?: string | null;
  /** Pixels. */
  width?: number;
  height?: number;
  keepLocal?: KeepLocal;
  /** Keeps the file on this device until `assets.upload(id)`. */
  localOnly?: boolean;
}

/** A file as `assets.all()` shows it. */
export type AssetRow = Omit<Asset, "uploadStatus"> & {
  /** "uploading": on its way from this device. */
  uploadStatus: Asset["uploadStatus"] | "uploading";
  sync: RowSync;
  /** Whether its bytes are on this device. */
  onDevice: boolean;
  /** It doesn't leave this device. */
  localOnly: boolean;
};

export interface AssetChanges {
  /** 1 to 255 characters. */
  fileName?: string;
  projectId?: string | null;
  /** Pixels. */
  width?: number | null;
  height?: number | null;
}

/** Bytes that have left, of how many. */
export interface UploadProgress {
  loaded: number;
  total: number;
}

/** What files take up on this device, in bytes. */
export interface FileUsage {
  /** All of them. */
  bytes: number;
  /** Those that the server doesn't have. */
  unsentBytes: number;
  budgetBytes: number;
}

/**
 * Files: kept on this device at once, uploaded in the background, fetched when they are wanted. Records that speak of a file by its id wait until
 * the server has it. Rejects with InvalidInputError, StorageFullError ("not saved"), NotSignedInError; where the network is needed, OfflineError.
 */
export interface Assets {
  /** The file is safe on this device when this resolves. Its type must be one that the server takes. */
  add(file: Blob, options?: AddOptions): Promise<AssetRow>;
  get(id: string): Promise<AssetRow | undefined>;
  /** The last changed first; `undefined` until first read. */
  all(only?: { projectId?: string }): Observable<AssetRow[] | undefined>;
  /** Another label; the last write wins. */
  update(id: string, changes: AssetChanges): Promise<void>;
  /** Here at once, everywhere else soon. Its bytes are gone for good. */
  delete(id: string): Promise<void>;
  /** The bytes: from this device, or fetched and kept for the next time. Code `not_uploaded` where another device still has to send them. */
  file(id: string): Promise<File>;
  /**
   * A link to the bytes that a page can show: into this device, or a signed one that holds for an hour at most. Ask when it is about to be seen: calls of one
   * moment share a request. `release` it when it isn't shown any more.
   */
  link(id: string): Promise<AssetLink>;
  /** Of the uploads under way, in whichever tab, by id. */
  progress(): Observable<ReadonlyMap<string, UploadProgress>>;
  /** Lets a file go that was kept on this device (`localOnly`), and sends one again that failed. */
  upload(id: string): Promise<void>;
  usage(): Observable<FileUsage | undefined>;
}

export interface AssetLink {
  url: string;
  release(): void;
}
