// Downloads the thumbnails of projects ahead, after the list of projects is there.

import type { Landfall } from "../../types";
import { listProjects } from "./list-projects";

export interface LoadThumbnailsOptions {
  /** How many of the projects that were changed last. Default: 50. */
  limit?: number;
  /** How many at once. The links of one moment share a request. Default: 6. */
  parallel?: number;
}

/**
 * Keeps the files of `thumbnailAssetId` on this device, in the order of the list of projects. It waits while the server can't be reached, and leaves out files
 * that their device hasn't uploaded yet until it has. Returns a function that ends it.
 *
 * @example
 * const stop = loadThumbnails(landfall);
 */
export function loadThumbnails(
  landfall: Landfall,
  { limit = 50, parallel = 6 }: LoadThumbnailsOptions = {},
): () => void {
  const { assets, connectivity, sync } = landfall;
  const projects = listProjects(landfall);
  /** Files that are here, or that the server doesn't have. */
  const settled = new Set<string>();
  let isRunning = false;
  let isChanged = false;
  let hasEnded = false;

  const load = async (id: string): Promise<void> => {
    const row = await assets.get(id);
    if (!row || (!row.onDevice && row.storageUrl === null)) return;
    if (!row.onDevice) await assets.file(id);
    settled.add(id);
  };
  /** Any other failure stays while the page is open. */
  const passes = (error: unknown) => ["offline", "not_signed_in"].includes((error as { code?: string }).code ?? "");
  const work = async (ids: string[]): Promise<void> => {
    for (let id = ids.shift(); id && !hasEnded && connectivity.status.get().online; id = ids.shift()) {
      const wanted = id;
      await load(wanted).catch((error: unknown) => passes(error) || settled.add(wanted));
    }
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isChanged && !hasEnded) {
      isChanged = false;
      const wanted = (projects.get() ?? []).slice(0, limit).flatMap(({ thumbnailAssetId }) => thumbnailAssetId ?? []);
      const ids = [...new Set(wanted)].filter((id) => !settled.has(id));
      await Promise.all(Array.from({ length: parallel }, () => work(ids)));
    }
    isRunning = false;
  };
  const look = (): void => {
    isChanged = true;
    if (!isRunning) void run();
  };
  const stops = [projects.subscribe(look), connectivity.status.subscribe(look), sync.status.subscribe(look)];
  return () => {
    hasEnded = true;
    for (const stop of stops) stop();
  };
}
