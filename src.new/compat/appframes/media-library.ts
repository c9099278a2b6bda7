// AppFrames' media library without React: the files of the user with their thumbnails, and what can be done with them.

import { LandfallError } from "../../errors";
import type { AssetRow, FileUsage, Observable } from "../../types";
import { Cell } from "../../util/observable";
import { type MediaAsset, type MediaSyncConfig, MediaSyncService } from "../files";
import { toMediaAsset } from "../files/media-asset";
import { partsOf } from "../parts";
import { type Draw, Thumbnails } from "./thumbnails";
import { type SyncWord, syncWordOf } from "./words";

export interface MediaLibraryConfig extends MediaSyncConfig {
  onSyncStatusChange?: (status: SyncWord) => void;
  /** An upload that was asked for by `syncNow`, or a pull by `refresh`, has failed. */
  onSyncError?: (error: Error) => void;
}

/** A file of the library. */
export interface LibraryAsset extends MediaAsset {
  /** A data URL of a small copy, which this device has made. */
  thumbnailUrl?: string;
}

export interface MediaLibraryState {
  /** The newest first. */
  assets: LibraryAsset[];
  /** Until the files of this device have been read. */
  loading: boolean;
  /** While files are being stored on this device. */
  uploading: boolean;
  /** Files that the server doesn't have yet. */
  pendingUploads: number;
  /** Why the last call failed, in one sentence for people. */
  error: string | null;
  syncStatus: SyncWord;
  /** Whether files reach other devices: a user is signed in. */
  syncAvailable: boolean;
  /** Bytes on this device, and their part of the limit in percent. */
  storageUsage: { used: number; limit: number; percent: number; isLocalFull: boolean };
}

export const CLOSED_STATE: MediaLibraryState = {
  ...{ assets: [], loading: true, uploading: false, pendingUploads: 0, error: null, syncStatus: "idle" },
  ...{ syncAvailable: false, storageUsage: { used: 0, limit: 0, percent: 0, isLocalFull: false } },
};

export class MediaLibrary {
  readonly service: MediaSyncService;
  readonly #config: MediaLibraryConfig;
  readonly #baseUrl: string;
  readonly #thumbnails: Thumbnails;
  readonly #state = new Cell<MediaLibraryState>(CLOSED_STATE);
  readonly #stops: (() => void)[];
  #rows: AssetRow[] | undefined;
  #usage: FileUsage | undefined;
  /** What was made of each row, so that files that haven't changed stay the same objects. */
  #made = new WeakMap<AssetRow, LibraryAsset>();
  #storing = 0;

  /** `draw` makes a thumbnail. Default: by the browser. */
  constructor(config: MediaLibraryConfig = {}, draw?: Draw) {
    this.#config = config;
    this.service = new MediaSyncService(config);
    this.#baseUrl = (config.apiBaseUrl ?? "").replace(/\/api\/?$/, "").replace(/\/$/, "");
    const { landfall } = this.service;
    const { assets, sync, auth } = landfall;
    this.#thumbnails = new Thumbnails(partsOf(landfall).source, assets, draw);
    const show = () => this.#show();
    this.#stops = [
      assets.all().subscribe((rows) => {
        this.#rows = rows;
        if (rows) this.#thumbnails.follow(rows);
        show();
      }),
      assets.usage().subscribe((usage) => {
        this.#usage = usage;
        show();
      }),
      sync.status.subscribe(show),
      auth.session.subscribe(show),
      this.#thumbnails.all.subscribe(show),
    ];
  }

  get state(): Observable<MediaLibraryState> {
    return this.#state;
  }

  /** Stores files on this device. Files that are refused are named in `state.error`; the others are stored. Resolves with those. */
  readonly uploadFiles = async (files: Iterable<File> | ArrayLike<File>): Promise<MediaAsset[]> => {
    const faults: unknown[] = [];
    const stored: MediaAsset[] = [];
    this.#setStoring(1);
    try {
      for (const file of Array.from(files)) {
        const adding = this.service.landfall.assets.add(file, { localOnly: this.#config.autoSync === false });
        await adding.then(
          (row) => stored.push(this.#assetOf(row)),
          (error: unknown) => faults.push(error),
        );
      }
    } finally {
      this.#setStoring(-1);
    }
    this.#setFault(faults[0]);
    return stored;
  };

  readonly deleteAsset = (asset: Pick<MediaAsset, "cloudId">): Promise<void> =>
    this.#told(async () => this.service.landfall.assets.delete(asset.cloudId ?? ""));

  /** Pulls the changes of other devices. */
  readonly refresh = (): Promise<void> => this.#told(() => this.service.pullCloudAssets());

  /** Uploads everything that waits, files that were kept here among them. */
  readonly syncNow = (): Promise<void> => this.#told(() => this.service.syncPendingAssets());

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#thumbnails.close();
    await this.service.close();
  }

  /** Runs a call whose error is shown. An error that isn't the SDK's is thrown too. */
  async #told(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#setFault(undefined);
    } catch (error) {
      this.#config.onSyncError?.(error instanceof Error ? error : new Error(String(error)));
      this.#setFault(error);
    }
  }

  #setFault(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#set({ error: error === undefined ? null : text });
    if (error !== undefined && !(error instanceof LandfallError)) throw error;
  }

  #setStoring(by: 1 | -1): void {
    this.#storing += by;
    this.#set({ uploading: this.#storing > 0 });
  }

  #show(): void {
    const { sync, auth } = this.service.landfall;
    const session = auth.session.get();
    const rows = this.#rows ?? [];
    const { bytes: used, budgetBytes: limit } = this.#usage ?? { bytes: 0, budgetBytes: 0 };
    const percent = limit > 0 ? Math.min(100, Math.round((used / limit) * 100)) : 0;
    this.#set({
      assets: rows.map((row) => this.#assetOf(row)),
      loading: this.#rows === undefined,
      pendingUploads: rows.filter(({ localOnly, uploadStatus }) => !localOnly && uploadStatus !== "completed").length,
      syncStatus: syncWordOf(sync.status.get(), session),
      syncAvailable: session.status === "signed-in",
      storageUsage: { used, limit, percent, isLocalFull: limit > 0 && used >= limit },
    });
  }

  #set(changes: Partial<MediaLibraryState>): void {
    const before = this.#state.get();
    this.#state.set({ ...before, ...changes });
    const { syncStatus } = this.#state.get();
    if (syncStatus !== before.syncStatus) this.#config.onSyncStatusChange?.(syncStatus);
  }

  #assetOf(row: AssetRow): LibraryAsset {
    const thumbnailUrl = this.#thumbnails.all.get().get(row.id);
    const made = this.#made.get(row);
    if (made && made.thumbnailUrl === thumbnailUrl) return made;
    const userId = this.service.landfall.auth.session.get().user?.id ?? null;
    const asset = { ...toMediaAsset(row, this.#baseUrl, userId), ...(thumbnailUrl && { thumbnailUrl }) };
    this.#made.set(row, asset);
    return asset;
  }
}
