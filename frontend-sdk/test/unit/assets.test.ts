// Files: kept at once, uploaded in the background, fetched when they are wanted. The storage is a fake; the browser tests have a real one.

import { expect, test } from "vitest";
import { settled } from "../support/fake-clock";
import { PART_BYTES } from "../support/fake-files";
import { EMAIL, type Tab, World } from "../support/world";

const PICTURE = new File(["a picture, more or less"], "harbour.png", { type: "image/png" });

async function started(): Promise<{ world: World; tab: Tab }> {
  const world = new World();
  const tab = await world.signedInTab();
  return { world, tab };
}

/** Moves the clock until the file is announced at the server. */
async function untilAnnounced(world: World, id: string): Promise<void> {
  await world.clock.advanceUntil(() => id in world.server.space(EMAIL).live("assets"), "an announced file");
}

/** Moves the clock until no attempt is under way: a checksum is made on a thread of its own, which no turn of the event loop waits for. */
async function untilWaiting(world: World, tab: Tab, id: string): Promise<void> {
  const { assets } = tab.landfall;
  await world.clock.advanceUntil(async () => (await assets.get(id))?.uploadStatus === "pending", "a waiting upload");
}

/** Moves the clock until the upload has failed for good. */
async function untilFailed(world: World, tab: Tab, id: string): Promise<void> {
  const { assets } = tab.landfall;
  await world.clock.advanceUntil(async () => (await assets.get(id))?.uploadStatus === "failed", "a failed upload");
}

const textOf = async (blob: Blob) => blob.text();

test("a file added offline is there at once, survives the tab, and is uploaded once", async () => {
  const { world, tab } = await started();
  world.server.setDown(true);
  const added = await tab.landfall.assets.add(PICTURE, { projectId: "p1", width: 4, height: 3 });
  expect(added).toMatchObject({
    fileName: "harbour.png",
    mimeType: "image/png",
    uploadStatus: "pending",
    onDevice: true,
  });
  expect(await textOf(await tab.landfall.assets.file(added.id))).toBe("a picture, more or less");
  tab.crash();

  world.server.setDown(false);
  const next = tab.browser.tab();
  await next.landfall.start();
  await next.untilSent();
  expect(await next.landfall.assets.get(added.id)).toMatchObject({
    uploadStatus: "completed",
    storageUrl: `/api/assets/${added.id}/content`,
    projectId: "p1",
    width: 4,
    sync: { state: "synced" },
    // Dropped after success.
    onDevice: false,
  });
  expect(world.server.files.puts).toEqual([`/staging/${added.id}`]);
  expect(await next.browser.database().assets.count()).toBe(0);
});

test("another device sees the file, fetches it when it is wanted, and keeps it for the next time", async () => {
  const { world, tab } = await started();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.untilSent();

  const other = await world.signedInTab();
  await other.sync();
  const assets = other.landfall.assets;
  expect(await assets.get(id)).toMatchObject({ uploadStatus: "completed", onDevice: false });
  const [first, second] = [assets.file(id), assets.file(id)];
  await world.clock.advance(100);
  expect(await textOf(await first)).toBe("a picture, more or less");
  await second;
  world.server.setDown(true);
  expect((await assets.file(id)).name).toBe("harbour.png");
  expect(
    world.server
      .requests(/POST \/api\/assets\/presign/)
      .filter(({ body }) => JSON.stringify(body).includes("download")),
  ).toHaveLength(1);
});

test("a large file goes in parts, and what has arrived is not sent again", async () => {
  const { world, tab } = await started();
  const bytes = new Uint8Array(2 * PART_BYTES + 5).map((_, index) => index % 251);
  world.server.files.away = true;
  const { id } = await tab.landfall.assets.add(new File([bytes], "film.mp4", { type: "video/mp4" }));
  await world.clock.advance(10_000);
  expect(await tab.landfall.sync.why(id)).toMatchObject({ attempts: 0 });
  // The second part arrived before the tab died.
  world.server.files.objects.set(`/parts/${id}/2`, bytes.slice(PART_BYTES, 2 * PART_BYTES));
  world.server.files.away = false;
  await tab.untilSent();
  expect(world.server.files.puts.sort()).toEqual([`/parts/${id}/1`, `/parts/${id}/3`]);
  expect(Buffer.compare(world.server.files.objects.get(`/objects/${id}`) ?? new Uint8Array(), bytes)).toBe(0);
});

test("a record that speaks of a file waits for it, and nothing else does", async () => {
  const { world, tab } = await started();
  world.server.files.away = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.landfall.projects.put({ id: "album", name: "Album", data: { pages: [{ picture: id }] } });
  await tab.landfall.projects.put({ id: "letter", name: "Letter" });
  await world.clock.advance(5_000);
  expect(Object.keys(world.server.space(EMAIL).live("projects"))).toEqual(["letter"]);
  expect(await tab.landfall.sync.why("album")).toMatchObject({ sync: { state: "saved" } });

  world.server.files.away = false;
  await tab.untilSent();
  expect(Object.keys(world.server.space(EMAIL).live("projects")).sort()).toEqual(["album", "letter"]);
});

test("a storage that is away counts for nothing, and everything completes by itself when it is back", async () => {
  const { world, tab } = await started();
  world.server.files.away = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  const sessionId = await tab.createSession();
  await world.clock.advance(10 * 60_000);
  await untilWaiting(world, tab, id);
  expect(await tab.landfall.sync.why(id)).toMatchObject({
    attempts: 0,
    sync: { state: "saved", reason: "The storage for files can't be reached." },
  });
  expect(world.server.liveSessionsOf(EMAIL).map((session) => session.id)).toEqual([sessionId]);
  world.server.files.away = false;
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("a full quota is told, nothing is lost, and a retry passes when there is room", async () => {
  const { world, tab } = await started();
  world.server.files.quotaBytes = 10;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.landfall.projects.put({ id: "album", name: "Album", thumbnailAssetId: id });
  await untilFailed(world, tab, id);
  await world.clock.advance(5_000);
  expect(await tab.landfall.assets.get(id)).toMatchObject({
    uploadStatus: "failed",
    onDevice: true,
    sync: { state: "failed", code: "quota_exceeded" },
  });
  // What only speaks of it goes on.
  expect(Object.keys(world.server.space(EMAIL).live("projects"))).toEqual(["album"]);
  world.server.files.quotaBytes = 1_000;
  await tab.landfall.assets.upload(id);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("a file that fails five times is given up, and tried once more after the next reconnection", async () => {
  const { world, tab } = await started();
  world.server.fail(/POST \/api\/assets$/, { kind: "status", status: 502, code: "upload_failed" }, 5);
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilFailed(world, tab, id);
  expect(await tab.landfall.sync.why(id)).toMatchObject({ attempts: 5 });
  world.server.setDown(true);
  await world.clock.advance(35_000);
  world.server.setDown(false);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("an answer that got lost is asked for again, without sending the bytes twice", async () => {
  const { world, tab } = await started();
  world.server.fail(/POST \/api\/assets$/, { kind: "lost-answer" });
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.untilSent();
  expect(world.server.files.puts).toEqual([`/staging/${id}`]);
  expect(Object.keys(world.server.space(EMAIL).live("assets"))).toEqual([id]);
});

test("a file that is deleted before it was sent leaves nothing anywhere", async () => {
  const { world, tab } = await started();
  world.server.files.away = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilAnnounced(world, id);
  await tab.landfall.assets.delete(id);
  world.server.files.away = false;
  await tab.untilSent();
  expect(world.server.space(EMAIL).live("assets")).toEqual({});
  expect(await tab.landfall.assets.get(id)).toBeUndefined();
  expect(await tab.browser.database().assets.count()).toBe(0);
});

test("a file that is deleted elsewhere while it waits here is gone here too", async () => {
  const { world, tab } = await started();
  world.server.files.away = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilAnnounced(world, id);
  world.server.space(EMAIL).write("assets", id, null);
  world.server.files.away = false;
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toBeUndefined();
  expect(world.server.files.puts).toEqual([]);
});

test("a new name that is given while the file is on its way arrives after it", async () => {
  const { world, tab } = await started();
  world.server.files.away = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilAnnounced(world, id);
  await tab.landfall.assets.update(id, { fileName: "quay.png" });
  world.server.files.away = false;
  await tab.untilSent();
  expect(world.server.space(EMAIL).live("assets")[id]).toMatchObject({
    fileName: "quay.png",
    uploadStatus: "completed",
  });
  expect(await tab.landfall.assets.get(id)).toMatchObject({ fileName: "quay.png", sync: { state: "synced" } });
});

test("a local file stays here until it is let go", async () => {
  const { world, tab } = await started();
  const { id } = await tab.landfall.assets.add(PICTURE, { localOnly: true });
  await world.clock.advance(5_000);
  expect(world.server.requests(/assets/)).toEqual([]);
  expect(await tab.landfall.assets.get(id)).toMatchObject({ localOnly: true, onDevice: true });
  await tab.landfall.assets.upload(id);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ localOnly: false, uploadStatus: "completed" });
});

test("the budget drops what was fetched and not looked at for longest, never what is unsent or kept", async () => {
  const world = new World();
  world.options = { files: { budgetBytes: 100 } };
  const tab = await world.signedInTab();
  const { assets } = tab.landfall;
  const of = (size: number, name: string) => new File(["x".repeat(size)], name, { type: "text/plain" });
  const kept = await assets.add(of(40, "kept.txt"), { keepLocal: "always" });
  const fetched = [await assets.add(of(40, "a.txt")), await assets.add(of(40, "b.txt"))];
  await tab.untilSent();
  for (const { id } of fetched) {
    const file = assets.file(id);
    await world.clock.advance(1_000);
    await file;
  }
  const here = async () =>
    (await Promise.all([kept, ...fetched].map(({ id }) => assets.get(id)))).map((row) => row?.onDevice);
  expect(await here()).toEqual([true, false, true]);
  world.server.setDown(true);
  const unsent = await assets.add(of(80, "unsent.txt"));
  await settled();
  expect((await assets.get(unsent.id))?.onDevice).toBe(true);
});

test("a browser without room says that the file is not saved, and keeps no half of it", async () => {
  const { tab } = await started();
  const restore = tab.browser.refuseWrites("assets", "quota");
  await expect(tab.landfall.assets.add(PICTURE)).rejects.toMatchObject({ code: "storage_full" });
  restore();
  expect(await tab.browser.database().assetMetadata.count()).toBe(0);
  expect(await tab.browser.database().syncQueue.count()).toBe(0);
});

test("progress is told to every tab", async () => {
  const { world, tab } = await started();
  const other = tab.browser.tab();
  await other.landfall.start();
  const progress = other.landfall.assets.progress();
  progress.subscribe(() => {});
  await other.idle();
  let answer = () => {};
  world.server.beforeAnswer = ({ path, method }) =>
    method === "POST" && path === "/api/assets" ? new Promise((resolve) => (answer = resolve)) : undefined;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await world.clock.advanceUntil(() => progress.get().size > 0, "progress");
  expect([...progress.get()]).toEqual([[id, { loaded: PICTURE.size, total: PICTURE.size }]]);
  answer();
  await tab.untilSent();
  await other.idle();
  expect(progress.get().size).toBe(0);
});

test("an expired session pauses the upload and drops nothing", async () => {
  const { world, tab } = await started();
  world.server.revokeAll();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await world.clock.advanceUntil(() => tab.landfall.auth.session.get().expired, "the end of the session");
  await world.clock.advance(60_000);
  await untilWaiting(world, tab, id);
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "pending", onDevice: true });
  expect(await tab.landfall.sync.why(id)).toMatchObject({ attempts: 0 });
  await tab.signIn();
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("a guest's files become the person's own, bytes and all", async () => {
  const world = new World();
  world.options = { guest: true };
  const tab = world.browser().tab();
  await tab.landfall.start();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.landfall.projects.put({ id: "album", name: "Album", thumbnailAssetId: id });
  await tab.signIn();
  expect(await tab.landfall.guest.claim()).toEqual({ assets: 1, projects: 1 });
  await tab.untilSent();
  expect(world.server.space(EMAIL).live("assets")[id]).toMatchObject({ uploadStatus: "completed" });
  expect(world.server.files.objects.get(`/objects/${id}`)).toHaveLength(PICTURE.size);
  expect(world.server.seen.filter(({ path }) => /\/api\/(assets|sync)$/.test(path)).map(({ path }) => path)).toEqual([
    ...["/api/assets", "/api/sync"],
  ]);
});

test("a file that a backup lacks is offered again, though its bytes have left the device", async () => {
  const { world, tab } = await started();
  const restore = world.server.space(EMAIL).backup();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.untilSent();
  restore();
  expect(world.server.space(EMAIL).live("assets")).toEqual({});
  await tab.landfall.sync.now();
  await world.clock.advanceUntil(() => id in world.server.space(EMAIL).live("assets"), "the file at the server");
  await tab.untilSent();
  expect(world.server.space(EMAIL).live("assets")[id]).toMatchObject({ uploadStatus: "completed" });
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed", sync: { state: "synced" } });
  expect(world.server.files.puts).toEqual([`/staging/${id}`]);
});
