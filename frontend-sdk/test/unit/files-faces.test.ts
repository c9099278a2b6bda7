// Files in the words of Kijko and AppFrames: faces of the one queue.

import { expect, test, vi } from "vitest";
import { AssetSyncService, MediaSyncService } from "../../src/assets/facades";
import { EMAIL, World } from "../support/world";

const PICTURE = new File(["a picture, more or less"], "harbour.png", { type: "image/png" });

test("AssetSyncService keeps, sends, tells the progress and gives back", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const service = new AssetSyncService(tab.landfall);
  await service.stopSyncWorker();
  const id = await service.uploadAsset(PICTURE, "p1");
  const seen = vi.fn();
  const stop = service.onProgress(id, seen);
  await world.clock.advance(60_000);
  expect(world.server.files.puts).toEqual([]);
  await service.startSyncWorker();
  await service.processUpload(id);
  await tab.untilSent();
  stop();
  expect(seen).toHaveBeenLastCalledWith({ loaded: PICTURE.size, total: PICTURE.size });
  expect(await service.getProjectAssets("p1")).toMatchObject([{ id, uploadStatus: "completed" }]);
  const file = service.getAsset(id);
  await world.clock.advance(100);
  expect(await (await file).text()).toBe("a picture, more or less");
  await service.deleteAsset(id);
  await tab.untilSent();
  expect(world.server.space(EMAIL).live("assets")).toEqual({});
});

test("MediaSyncService speaks of cloud and status, and sends by hand what is kept", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const media = new MediaSyncService({
    landfall: tab.landfall,
    apiBaseUrl: "http://landfall.test/api",
    autoSync: false,
  });
  const kept = await media.uploadAsset({ width: 4, height: 3 }, PICTURE);
  expect(kept).toMatchObject({
    syncStatus: "pending",
    fileName: "harbour.png",
    fileType: "image",
    width: 4,
    userId: "user-ada",
  });
  expect(kept.createdAt).toBe(world.clock.now());
  expect(kept.cloudUrl).toBeUndefined();
  const id = kept.cloudId ?? "";
  await world.clock.advance(60_000);
  expect(world.server.files.puts).toEqual([]);

  const sending = media.syncPendingAssets();
  await tab.untilSent();
  await sending;
  const stored = await media.fetchAssetMetadata(id);
  expect(stored).toMatchObject({
    syncStatus: "synced",
    cloudUrl: `http://landfall.test/api/media/assets/${id}/content`,
  });
  const file = media.downloadAssetFile(stored.cloudUrl ?? "");
  await world.clock.advance(100);
  expect(await (await file).text()).toBe("a picture, more or less");

  await media.deleteAsset(id);
  await tab.untilSent();
  await expect(media.fetchAssetMetadata(id)).rejects.toMatchObject({ code: "not_found" });
  await media.close();
});

test("MediaSyncService finds what another device has added, and does nothing for nobody", async () => {
  const world = new World();
  const here = await world.signedInTab();
  const other = await world.signedInTab();
  const { id } = await other.landfall.assets.add(PICTURE);
  await other.untilSent();
  const media = new MediaSyncService({ landfall: here.landfall });
  const pulled = media.pullCloudAssets();
  await here.idle();
  await pulled;
  await here.idle();
  expect(await media.pullCloudAssets()).toMatchObject([{ cloudId: id, syncStatus: "synced" }]);
  await media.close();

  const nobody = new MediaSyncService({ landfall: here.landfall, getUserId: async () => null });
  await expect(nobody.uploadAsset({}, PICTURE)).rejects.toMatchObject({ code: "not_signed_in" });
  await nobody.close();
});
