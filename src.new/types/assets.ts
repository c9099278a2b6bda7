// Files.

import type { Observable } from "./observable";
import type { RowSync } from "./rows";
import type { Asset } from "./wire";

export type { Asset };

/**
 * "until-synced": the bytes leave this device once the server has them; a downloaded copy stays until room is needed. "always": the bytes stay, as
 * the application's working copy.
 */
export type KeepLocal = "until-synced" | "always";

/** What the client does with files on this device. */
export interface FilesOptions {
  /** What files may take up here, in bytes. Above it the least recently used copies are evicted, never unsent files. Default: 200 MB. */
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
  /** Pixels. */
  height?: number;
  keepLocal?: KeepLocal;
  /** Keeps the file on this device until `assets.upload(id)`. */
  localOnly?: boolean;
}

/** A file as `assets.all()` shows it. */
export type AssetRow = Omit<Asset, "uploadStatus"> & {
  /** "uploading": this device uploads it now. */
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
  /** Pixels. */
  height?: number | null;
}

/** Bytes that have been sent, of how many. */
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
 * Files: stored on this device at once, uploaded in the background, downloaded on demand. Rows that mention a file by its id are sent after the
 * file. Calls reject with InvalidInputError, StorageFullError, NotSignedInError, code `not_found`; where they need the network, with OfflineError.
 */
export interface Assets {
  /**
   * The file is saved on this device when the promise resolves. A file of a type or size that the server doesn't take is refused at once with
   * InvalidInputError (`/type`, `/size`), by the server's list that this device remembers; with `localOnly`, at `upload`. Rejects with code
   * `in_transaction` inside `landfall.transaction`.
   *
   * @example
   * const [file] = input.files ?? [];
   * if (file) await landfall.assets.add(file, { projectId });
   */
  add(file: Blob, options?: AddOptions): Promise<AssetRow>;
  get(id: string): Promise<AssetRow | undefined>;
  /** The newest first; `undefined` until first read. `projectId`: only those of the project, `null` for those without one. */
  all(only?: { projectId?: string | null }): Observable<AssetRow[] | undefined>;
  /** Changes the label. The last write wins. */
  update(id: string, changes: AssetChanges): Promise<void>;
  /** Deletes the file here at once and everywhere else soon. Its bytes are gone for good. */
  delete(id: string): Promise<void>;
  /** The bytes: from this device, or downloaded and kept. Rejects with code `not_uploaded` while another device still has to upload them. */
  file(id: string): Promise<File>;
  /**
   * A link to the bytes that a page can show: to this device, or a signed one that is valid for an hour at most. Calls of one moment share a
   * request. Call `release` when the link isn't shown any more.
   *
   * @example
   * const { url, release } = await landfall.assets.link(id);
   * image.src = url;
   * image.onload = release;
   */
  link(id: string): Promise<AssetLink>;
  /** The uploads in progress, in all tabs, by id. */
  progress(): Observable<ReadonlyMap<string, UploadProgress>>;
  /** Uploads a file that was kept on this device (`localOnly`), or that failed. */
  upload(id: string): Promise<void>;
  /** With `true` this tab uploads nothing, until `false` or a reload. Other tabs and everything else go on. */
  hold(held: boolean): Promise<void>;
  /** `undefined` until first read. */
  usage(): Observable<FileUsage | undefined>;
}

export interface AssetLink {
  url: string;
  release(): void;
}
