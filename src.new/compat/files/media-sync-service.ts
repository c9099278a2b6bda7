// AppFrames' MediaSyncService, method for method, over `landfall.assets`.

import { createLandfall } from "../../client";
import { InvalidInputError, LandfallError, NotSignedInError } from "../../errors";
import type { AssetRow, Landfall } from "../../types";
import { firstValue } from "./first-value";
import { type MediaAsset, toMediaAsset } from "./media-asset";
import { untilSettled } from "./until-settled";

export interface MediaSyncConfig {
  /** The client to use. Default: a new one, from the other options. */
  landfall?: Landfall;
  /** Where the API is; "/api" for the page's own server. */
  apiBaseUrl?: string;
  /** The name of a new client's databases. Default: "media-library". */
  name?: string;
  /** `null`: no user is signed in, and calls reject with NotSignedInError. Default: the user of the client. */
  getUserId?: () => Promise<string | null>;
  /** A bearer token, where there is no cookie. */
  getAuthToken?: () => Promise<string | null>;
  /** Uploads new files automatically; with `false` they stay here until `syncPendingAssets`. Default: true. */
  autoSync?: boolean;
  /** Milliseconds between syncs, beside the client's own. Default: 30,000. */
  syncInterval?: number;
}

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * Where the id stands in an address: before the file's name in a signed link of the storage, or after `assets` in the API's. The name of a file, and the
 * id of a user, may have the form of an id too.
 */
const IDS = [
  new RegExp(`^[^?#]*/(${UUID})-[^/?#]+(?:[?#]|$)`),
  new RegExp(`/assets/(${UUID})(?![^/?#])`),
  new RegExp(`^(${UUID})$`),
];

export class MediaSyncService {
  readonly landfall: Landfall;
  readonly #config: MediaSyncConfig;
  readonly #baseUrl: string;
  readonly #own: boolean;
  readonly #timer: ReturnType<typeof setInterval> | null;

  constructor(config: MediaSyncConfig) {
    this.#config = config;
    this.#baseUrl = (config.apiBaseUrl ?? "").replace(/\/api\/?$/, "").replace(/\/$/, "");
    this.#own = config.landfall === undefined;
    this.landfall = config.landfall ?? ownClient(config, this.#baseUrl);
    // `sync.status` says why nothing can be stored.
    if (this.#own) this.landfall.start().catch(() => {});
    const sync = () => void this.landfall.sync.now().catch(() => {});
    this.#timer = config.autoSync === false ? null : setInterval(sync, config.syncInterval ?? 30_000);
  }

  /**
   * Resolves when the file is saved on this device, with `syncStatus` "pending". `fetchAssetMetadata` and `landfall.assets` show the upload.
   * `asset.mimeType` takes the place of the file's own type.
   */
  async uploadAsset(asset: Partial<MediaAsset>, file: File): Promise<MediaAsset> {
    const userId = await this.#userId();
    const { cloudId, fileName, mimeType, width, height } = asset;
    const typed = mimeType && mimeType !== file.type ? new File([file], file.name, { type: mimeType }) : file;
    const row = await this.landfall.assets.add(typed, {
      ...(cloudId && { id: cloudId }),
      ...(fileName && { fileName }),
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      localOnly: this.#config.autoSync === false,
    });
    return toMediaAsset(row, this.#baseUrl, userId);
  }

  async fetchAssetMetadata(cloudId: string): Promise<MediaAsset> {
    const userId = await this.#userId();
    const row = await this.landfall.assets.get(cloudId);
    if (!row)
      throw new LandfallError("not_found", "There is no file with this id. Pull first if another device added it.");
    return toMediaAsset(row, this.#baseUrl, userId);
  }

  /** By any link to a file, or its id. From this device if it is here. */
  async downloadAssetFile(cloudUrl: string): Promise<File> {
    await this.#userId();
    const id = IDS.map((pattern) => pattern.exec(cloudUrl)?.[1]).find((found) => found !== undefined);
    if (!id) throw new LandfallError("not_found", "This is no address of a file.");
    return this.landfall.assets.file(id);
  }

  async deleteAsset(cloudId: string): Promise<void> {
    await this.#userId();
    await this.landfall.assets.delete(cloudId);
  }

  /**
   * Uploads all files, those kept here and failed ones too. Resolves when no file waits any more; it doesn't wait for other rows. A file that the server
   * never takes stays on this device and holds no other back; then the call rejects at the end. Rejects with OfflineError while the server can't be
   * reached, and with code `paused` while sync is paused; the files stay queued.
   */
  async syncPendingAssets(): Promise<void> {
    await this.#userId();
    const waiting = (await this.#rows()).filter((row) => row.localOnly || row.uploadStatus === "failed");
    let refused: InvalidInputError | undefined;
    for (const { id, onDevice } of waiting) {
      if (!onDevice) continue;
      await this.landfall.assets.upload(id).catch((error: unknown) => {
        if (!(error instanceof InvalidInputError)) throw error;
        refused ??= error;
      });
    }
    await this.landfall.sync.now();
    const files = this.landfall.assets.all();
    await untilSettled(this.landfall, () => files.get()?.some(isWaiting) === false, files);
    if (refused) throw refused;
  }

  /**
   * Pulls the changes of other devices, and resolves with all files when they have arrived. While the server can't be reached, or while sync is paused,
   * it resolves with what is here.
   */
  async pullCloudAssets(): Promise<MediaAsset[]> {
    const userId = await this.#userId();
    const { sync } = this.landfall;
    const before = sync.status.get().lastSyncedAt;
    await sync.now();
    await untilSettled(this.landfall, () => sync.status.get().lastSyncedAt !== before).catch((error: unknown) => {
      if (!(error instanceof LandfallError)) throw error;
    });
    return (await this.#rows()).map((row) => toMediaAsset(row, this.#baseUrl, userId));
  }

  /** Stops the timer, and the client if this service created it. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#own) await this.landfall.close();
  }

  async #userId(): Promise<string> {
    if (this.#own) await this.landfall.start();
    const { getUserId } = this.#config;
    const userId = getUserId ? await getUserId() : (this.landfall.auth.session.get().user?.id ?? null);
    if (userId === null) throw new NotSignedInError();
    return userId;
  }

  #rows(): Promise<AssetRow[]> {
    return firstValue(this.landfall.assets.all());
  }
}

/** Whether this device still has to upload the file. */
function isWaiting({ onDevice, localOnly, uploadStatus }: AssetRow): boolean {
  return onDevice && !localOnly && (uploadStatus === "pending" || uploadStatus === "uploading");
}

/** A client that sends a bearer token to our server only: a signed link of the storage allows no other authorization. */
function ownClient({ name = "media-library", getAuthToken }: MediaSyncConfig, baseUrl: string): Landfall {
  if (!getAuthToken) return createLandfall({ name, baseUrl });
  const withToken: typeof fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const token = address.startsWith(`${baseUrl}/`) ? await getAuthToken() : null;
    const headers = new Headers(init?.headers);
    if (token) headers.set("authorization", `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
  return createLandfall({ name, baseUrl, fetch: withToken });
}
