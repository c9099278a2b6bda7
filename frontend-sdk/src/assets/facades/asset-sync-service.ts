// Kijko's words for files: one service with a worker that is started and stopped. It is a face of `landfall.assets`; queue, retries and uploads are
// the client's own.

import type { AssetRow, Landfall, UploadProgress } from "../../types";
import { firstValue } from "./first-value";

export class AssetSyncService {
  readonly #landfall: Landfall;

  constructor(landfall: Landfall) {
    this.#landfall = landfall;
  }

  /** The file is safe on this device when this resolves, with its id; the upload goes on in the background. */
  async uploadAsset(file: Blob, projectId?: string): Promise<string> {
    const { id } = await this.#landfall.assets.add(file, projectId === undefined ? {} : { projectId });
    return id;
  }

  /** From this device, or fetched and kept. */
  getAsset(assetId: string): Promise<File> {
    return this.#landfall.assets.file(assetId);
  }

  /** What is known of the files of a project, the newest first. */
  getProjectAssets(projectId: string): Promise<AssetRow[]> {
    return firstValue(this.#landfall.assets.all({ projectId }));
  }

  /** Sends a file now that waits, or that failed. */
  async processUpload(assetId: string): Promise<void> {
    await this.#landfall.assets.upload(assetId);
    await this.#landfall.sync.now();
  }

  deleteAsset(assetId: string): Promise<void> {
    return this.#landfall.assets.delete(assetId);
  }

  /** Calls back with how far a file's upload is, until the returned function is called. */
  onProgress(assetId: string, callback: (progress: UploadProgress) => void): () => void {
    return this.#landfall.assets.progress().subscribe((all) => {
      const progress = all.get(assetId);
      if (progress) callback(progress);
    });
  }

  /** Goes on after `stopSyncWorker`. The client works by itself; an app that never stops it needs neither. */
  startSyncWorker(): Promise<void> {
    return this.#landfall.sync.resume();
  }

  /** Nothing is sent or fetched in any tab until `startSyncWorker`, also across reloads. */
  stopSyncWorker(): Promise<void> {
    return this.#landfall.sync.pause();
  }
}
