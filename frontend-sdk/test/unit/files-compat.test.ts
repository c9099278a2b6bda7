// AssetSyncService and MediaSyncService offer the file API of Kijko and AppFrames on top of the client.

import { expect, test, vi } from "vitest";
import { AssetSyncService, MediaSyncService } from "../../src/compat/files";
import { EMAIL, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const PICTURE = new File(["a picture, more or less"], "harbour.png", { type: "image/png" });

test("AssetSyncService stores, uploads, reports progress and returns the file", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const service = new AssetSyncService(tab.landfall);
  await service.stopSyncWorker();
  const id = await service.uploadAsset(PICTURE, "p1");
  const seen = vi.fn();
  const stop = service.onProgress(id, seen);
  await env.clock.advance(60_000);
  expect(env.server.files.puts).toEqual([]);
  await service.startSyncWorker();
  await service.processUpload(id);
  await tab.untilSent();
  stop();
  expect(seen).toHaveBeenLastCalledWith({ loaded: PICTURE.size, total: PICTURE.size });
  expect(await service.getProjectAssets("p1")).toMatchObject([{ id, uploadStatus: "completed" }]);
  const file = service.getAsset(id);
  await env.clock.advance(100);
  expect(await (await file).text()).toBe("a picture, more or less");
  await service.deleteAsset(id);
  await tab.untilSent();
  expect(env.server.userData(EMAIL).live("assets")).toEqual({});
});

test("MediaSyncService maps rows to cloud ids and sync states, and uploads on request", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
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
  expect(kept.createdAt).toBe(env.clock.now());
  expect(kept.cloudUrl).toBeUndefined();
  const id = kept.cloudId ?? "";
  await env.clock.advance(60_000);
  expect(env.server.files.puts).toEqual([]);

  const sending = media.syncPendingAssets();
  await tab.untilSent();
  await sending;
  const stored = await media.fetchAssetMetadata(id);
  expect(stored).toMatchObject({
    syncStatus: "synced",
    cloudUrl: `http://landfall.test/api/media/assets/${id}/content`,
  });
  const file = media.downloadAssetFile(stored.cloudUrl ?? "");
  await env.clock.advance(100);
  expect(await (await file).text()).toBe("a picture, more or less");

  await media.deleteAsset(id);
  await tab.untilSent();
  await expect(media.fetchAssetMetadata(id)).rejects.toMatchObject({ code: "not_found" });
  await media.close();
});

test("MediaSyncService lists what it has and says that it can't upload while the server can't be reached", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const media = new MediaSyncService({ landfall: tab.landfall, autoSync: false });
  await media.uploadAsset({ width: 4, height: 3 }, PICTURE);
  await tab.landfall.connectivity.simulateOffline(true);
  expect(await media.pullCloudAssets()).toMatchObject([{ fileName: "harbour.png" }]);
  await expect(media.syncPendingAssets()).rejects.toMatchObject({ code: "offline" });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.untilSent();
  expect(env.server.files.puts).toHaveLength(1);
  await media.close();
});

test("MediaSyncService lists files of other devices and rejects calls without a user", async () => {
  const env = new TestEnvironment();
  const here = await env.signedInTab();
  const other = await env.signedInTab();
  const { id } = await other.landfall.assets.add(PICTURE);
  await other.untilSent();
  const media = new MediaSyncService({ landfall: here.landfall });
  // The end of a pull is told by its time, which has milliseconds.
  await env.clock.advance(1);
  const pulled = media.pullCloudAssets();
  await here.idle();
  expect(await pulled).toMatchObject([{ cloudId: id, syncStatus: "synced" }]);
  await media.close();

  const signedOut = new MediaSyncService({ landfall: here.landfall, getUserId: async () => null });
  await expect(signedOut.uploadAsset({}, PICTURE)).rejects.toMatchObject({ code: "not_signed_in" });
  await signedOut.close();
});

test("MediaSyncService uploads the other files when the server never takes one, and rejects", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  const media = new MediaSyncService({
    landfall: tab.landfall,
    apiBaseUrl: "http://landfall.test/api",
    autoSync: false,
  });
  const logo = new File(["<svg/>"], "logo.svg", { type: "image/svg+xml" });
  const kept = await media.uploadAsset({}, logo);
  const picture = await media.uploadAsset({}, PICTURE);
  const sending = media.syncPendingAssets().catch((error: unknown) => error);
  await tab.untilSent();
  expect(await sending).toMatchObject({ code: "invalid_input", message: expect.stringContaining("image/svg+xml") });
  expect(Object.keys(env.server.userData(EMAIL).live("assets"))).toEqual([picture.cloudId]);
  expect(await tab.landfall.assets.get(kept.cloudId ?? "")).toMatchObject({ localOnly: true, onDevice: true });
});

test("MediaSyncService finds a file by every address of it, whatever the file and the user are called", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const media = new MediaSyncService({ landfall: tab.landfall, autoSync: false });
  const { cloudId: id } = await media.uploadAsset({}, PICTURE);
  const other = "0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69";
  for (const address of [
    id,
    `/api/assets/${id}`,
    `/api/assets/${id}/download-url`,
    `http://landfall.test/api/media/assets/${id}/content?from=${other}`,
    `https://files.example/assets/${other}/${id}-${other}.png?X-Amz-Signature=1`,
    `https://bucket.files.example/${other}/${id}-harbour.png`,
  ])
    expect(await (await media.downloadAssetFile(address ?? "")).text(), address).toBe("a picture, more or less");
  for (const address of ["", "https://files.example/", `/api/projects/${id}`, `/api/assets/${id}0`])
    await expect(media.downloadAssetFile(address), address).rejects.toMatchObject({ code: "not_found" });
  await media.close();
});

test("MediaSyncService describes a file by the type that the application names", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const media = new MediaSyncService({ landfall: tab.landfall, autoSync: false });
  const untyped = new File(["a picture"], "harbour");
  expect(await media.uploadAsset({ mimeType: "image/webp" }, untyped)).toMatchObject({
    mimeType: "image/webp",
    fileType: "image",
    fileName: "harbour",
    size: 9,
  });
  await media.close();
});

test("MediaSyncService pulls in the interval of its configuration, and not after close()", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const pulls = () => env.server.requests(/\/sync\/changes/).length;
  const before = pulls();
  // The interval is the browser's; the clock of the client stands still.
  const media = new MediaSyncService({ landfall: tab.landfall, syncInterval: 20 });
  await until(() => pulls() > before + 1, "two pulls");
  await media.close();
  await tab.idle();
  const after = pulls();
  await tab.idle();
  expect(pulls()).toBe(after);
});

const ROW = {
  ...{ fileName: "harbour.png", fileType: "image", mimeType: "image/png", size: 3, width: null, height: null },
  ...{ projectId: null, sha256: null, uploadStatus: "completed", storageUrl: null, error: null },
};

test("MediaSyncService resolves a pull when its answer has arrived, also after an earlier pull", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  const media = new MediaSyncService({ landfall: tab.landfall, autoSync: false });
  env.server.userData(EMAIL).set("assets", "01890000-0000-7000-8000-000000000001", ROW);
  env.server.beforeAnswer = ({ path }) =>
    path === "/api/sync/changes" ? new Promise<void>((go) => void env.clock.after(500, go)) : undefined;
  const pulled = media.pullCloudAssets();
  await tab.idle();
  await env.clock.advance(5_000);
  expect(await pulled).toMatchObject([{ fileName: "harbour.png" }]);
  await media.close();
});

test("syncPendingAssets doesn't wait for chat, and a pull ends with what is here while sync is paused", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const media = new MediaSyncService({ landfall: tab.landfall, autoSync: false });
  const busy = { kind: "status", status: 503, headers: { "retry-after": "600" } } as const;
  env.server.fail(/POST \/api\/sync$/, busy, Number.POSITIVE_INFINITY);
  await tab.createSession();
  await media.syncPendingAssets();
  await tab.landfall.sync.pause();
  await media.uploadAsset({}, PICTURE);
  expect(await media.pullCloudAssets()).toMatchObject([{ fileName: "harbour.png", syncStatus: "pending" }]);
  await expect(media.syncPendingAssets()).rejects.toMatchObject({ code: "paused" });
  await media.close();
});

test("stopSyncWorker holds files back in this tab, and neither chat nor a tab that is opened later", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const service = new AssetSyncService(tab.landfall);
  await service.stopSyncWorker();
  await service.uploadAsset(PICTURE);
  await tab.send(session, "hello");
  await env.clock.advance(10_000);
  expect(env.server.messagesOf(EMAIL)).toMatchObject([{ content: "hello" }]);
  expect(env.server.files.puts).toEqual([]);
  await tab.landfall.close();
  const again = tab.browser.tab();
  await again.landfall.start();
  await env.clock.advance(10_000);
  await again.untilSent();
  expect(env.server.files.puts).toHaveLength(1);
});
