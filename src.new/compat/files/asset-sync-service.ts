// Kijko's AssetSyncService over `landfall.assets`: one service with a worker that is started and stopped.

import type { AssetRow, Landfall, UploadProgress } from "../../types";
import { firstValue } from "./first-value";

export class AssetSyncService {
  readonly #landfall: Landfall;

  constructor(landfall: Landfall) {
    this.#landfall = landfall;
  }

  /** Resolves with the file's id when the file is saved on this device. The upload continues in the background. */
  async uploadAsset(file: Blob, projectId?: string): Promise<string> {
    const { id } = await this.#landfall.assets.add(file, projectId === undefined ? {} : { projectId });
    return id;
  }

  /** From this device, or downloaded and kept. */
  getAsset(assetId: string): Promise<File> {
    return this.#landfall.assets.file(assetId);
  }

  /** The files of a project, the newest first. */
  getProjectAssets(projectId: string): Promise<AssetRow[]> {
    return firstValue(this.#landfall.assets.all({ projectId }));
  }

  /** Uploads a file now that waits, or that failed. */
  async processUpload(assetId: string): Promise<void> {
    await this.#landfall.assets.upload(assetId);
    await this.#landfall.sync.now();
  }

  deleteAsset(assetId: string): Promise<void> {
    return this.#landfall.assets.delete(assetId);
  }

  /** Calls back with the progress of a file's upload, until the returned function is called. */
  onProgress(assetId: string, callback: (progress: UploadProgress) => void): () => void {
    return this.#landfall.assets.progress().subscribe((all) => {
      const progress = all.get(assetId);
      if (progress) callback(progress);
    });
  }

  /** Continues after `stopSyncWorker`. The client uploads by itself, so an application that never stops it needs neither call. */
  async startSyncWorker(): Promise<void> {
    await this.#landfall.assets.hold(false);
    await this.#landfall.sync.now();
  }

  /** Uploads no file in this tab until `startSyncWorker` or a reload. Everything else, such as chat, is sent. */
  stopSyncWorker(): Promise<void> {
    return this.#landfall.assets.hold(true);
  }
}
