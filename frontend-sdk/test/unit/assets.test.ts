// Files are stored on the device at once, uploaded in the background and downloaded on demand. The storage is a fake.
// The browser tests use a real one.

import { expect, test } from "vitest";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { flushTasks, until } from "../support/fake-clock";
import { PART_BYTES } from "../support/fake-files";

const PICTURE = new File(["a picture, more or less"], "harbour.png", { type: "image/png" });

async function started(): Promise<{ env: TestEnvironment; tab: Tab }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  return { env, tab };
}

/** Advances the clock until the server has registered the upload. */
async function untilRegistered(env: TestEnvironment, id: string): Promise<void> {
  await env.clock.advanceUntil(() => id in env.server.userData(EMAIL).live("assets"), "a registered upload");
}

/**
 * Advances the clock until no upload attempt is under way. The checksum runs on its own thread, and no turn of the
 * event loop waits for it.
 */
async function untilWaiting(env: TestEnvironment, tab: Tab, id: string): Promise<void> {
  const { assets } = tab.landfall;
  await env.clock.advanceUntil(async () => (await assets.get(id))?.uploadStatus === "pending", "a waiting upload");
}

/** Advances the clock until the upload has failed for good. */
async function untilFailed(env: TestEnvironment, tab: Tab, id: string): Promise<void> {
  const { assets } = tab.landfall;
  await env.clock.advanceUntil(async () => (await assets.get(id))?.uploadStatus === "failed", "a failed upload");
}

const textOf = async (blob: Blob) => blob.text();

test("a file added offline is readable at once, survives a crash of the tab, and is uploaded once", async () => {
  const { env, tab } = await started();
  env.server.setDown(true);
  const added = await tab.landfall.assets.add(PICTURE, { projectId: "p1", width: 4, height: 3 });
  expect(added).toMatchObject({
    fileName: "harbour.png",
    mimeType: "image/png",
    uploadStatus: "pending",
    onDevice: true,
  });
  expect(await textOf(await tab.landfall.assets.file(added.id))).toBe("a picture, more or less");
  tab.crash();

  env.server.setDown(false);
  const next = tab.browser.tab();
  await next.landfall.start();
  await next.untilSent();
  expect(await next.landfall.assets.get(added.id)).toMatchObject({
    uploadStatus: "completed",
    storageUrl: `/api/assets/${added.id}/content`,
    projectId: "p1",
    width: 4,
    sync: { state: "synced" },
    // The bytes leave the device after the upload.
    onDevice: false,
  });
  expect(env.server.files.puts).toEqual([`/staging/${added.id}`]);
  expect(await next.browser.database().assets.count()).toBe(0);
});

test("another device lists the file, downloads it on demand, and stores it for the next read", async () => {
  const { env, tab } = await started();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.untilSent();

  const other = await env.signedInTab();
  await other.sync();
  const assets = other.landfall.assets;
  expect(await assets.get(id)).toMatchObject({ uploadStatus: "completed", onDevice: false });
  const [first, second] = [assets.file(id), assets.file(id)];
  await env.clock.advance(100);
  expect(await textOf(await first)).toBe("a picture, more or less");
  await second;
  env.server.setDown(true);
  expect((await assets.file(id)).name).toBe("harbour.png");
  expect(
    env.server.requests(/POST \/api\/assets\/presign/).filter(({ body }) => JSON.stringify(body).includes("download")),
  ).toHaveLength(1);
});

test("a large file is uploaded in parts, and parts that arrived are not sent again", async () => {
  const { env, tab } = await started();
  const bytes = new Uint8Array(2 * PART_BYTES + 5).map((_, index) => index % 251);
  env.server.files.unavailable = true;
  const { id } = await tab.landfall.assets.add(new File([bytes], "film.mp4", { type: "video/mp4" }));
  await env.clock.advance(10_000);
  expect(await tab.landfall.sync.why(id)).toMatchObject({ attempts: 0 });
  // The second part arrived before the crash of the tab.
  env.server.files.objects.set(`/parts/${id}/2`, bytes.slice(PART_BYTES, 2 * PART_BYTES));
  env.server.files.unavailable = false;
  await tab.untilSent();
  expect(env.server.files.puts.sort()).toEqual([`/parts/${id}/1`, `/parts/${id}/3`]);
  expect(Buffer.compare(env.server.files.objects.get(`/objects/${id}`) ?? new Uint8Array(), bytes)).toBe(0);
});

test("a record that mentions a file waits for its upload, and other records do not", async () => {
  const { env, tab } = await started();
  env.server.files.unavailable = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.landfall.projects.put({ id: "album", name: "Album", data: { pages: [{ picture: id }] } });
  await tab.landfall.projects.put({ id: "letter", name: "Letter" });
  await env.clock.advance(5_000);
  expect(Object.keys(env.server.userData(EMAIL).live("projects"))).toEqual(["letter"]);
  expect(await tab.landfall.sync.why("album")).toMatchObject({ sync: { state: "saved" } });

  env.server.files.unavailable = false;
  await tab.untilSent();
  expect(Object.keys(env.server.userData(EMAIL).live("projects")).sort()).toEqual(["album", "letter"]);
});

test("a storage outage counts no attempt, and the upload completes when the storage is back", async () => {
  const { env, tab } = await started();
  env.server.files.unavailable = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  const sessionId = await tab.createSession();
  await env.clock.advance(10 * 60_000);
  await untilWaiting(env, tab, id);
  expect(await tab.landfall.sync.why(id)).toMatchObject({
    attempts: 0,
    sync: { state: "saved", reason: "The storage for files can't be reached." },
  });
  expect(env.server.liveSessionsOf(EMAIL).map((session) => session.id)).toEqual([sessionId]);
  env.server.files.unavailable = false;
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("a full quota fails the upload with its code, keeps the file, and a retry succeeds when there is room", async () => {
  const { env, tab } = await started();
  env.server.files.quotaBytes = 10;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.landfall.projects.put({ id: "album", name: "Album", thumbnailAssetId: id });
  await untilFailed(env, tab, id);
  await env.clock.advance(5_000);
  expect(await tab.landfall.assets.get(id)).toMatchObject({
    uploadStatus: "failed",
    onDevice: true,
    sync: { state: "failed", code: "quota_exceeded" },
  });
  // A record that only mentions the failed file is sent.
  expect(Object.keys(env.server.userData(EMAIL).live("projects"))).toEqual(["album"]);
  env.server.files.quotaBytes = 1_000;
  await tab.landfall.assets.upload(id);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("an upload that was given up is tried again by itself a minute later", async () => {
  const { env, tab } = await started();
  env.server.fail(/POST \/api\/assets$/, { kind: "status", status: 502, code: "upload_failed" }, 5);
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilFailed(env, tab, id);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("an upload that fails five times is given up and tried again at the next reconnection", async () => {
  const { env, tab } = await started();
  env.server.fail(/POST \/api\/assets$/, { kind: "status", status: 502, code: "upload_failed" }, 5);
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilFailed(env, tab, id);
  expect(await tab.landfall.sync.why(id)).toMatchObject({ attempts: 5 });
  env.server.setDown(true);
  await env.clock.advance(35_000);
  env.server.setDown(false);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("two files that can't be stored for now hold no other file back", async () => {
  const { env, tab } = await started();
  const session = await tab.syncedSession();
  const add = async (name: string) =>
    (await tab.landfall.assets.add(new File([name], name, { type: "text/plain" }))).id;
  await tab.landfall.connectivity.simulateOffline(true);
  const stuck = [await add("one.txt"), await add("two.txt")];
  const good = await add("good.txt");
  await tab.landfall.chat.send(session, { role: "user", content: "look", metadata: { file: good } });
  env.server.failWhen(({ path, body }) => path === "/api/assets" && stuck.includes((body as { id: string }).id), {
    kind: "status",
    status: 503,
    code: "storage_unavailable",
  });
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advanceUntil(() => env.server.messagesOf(EMAIL).length === 1, "the message with the good file");
  expect(env.server.userData(EMAIL).live("assets")[good]).toMatchObject({ uploadStatus: "completed" });
  for (const id of stuck) expect((await tab.landfall.sync.why(id))?.sync.state).not.toBe("failed");
});

test("an attempt in which a part has arrived does not count with those before", async () => {
  const { env, tab } = await started();
  const bytes = new Uint8Array(2 * PART_BYTES);
  const complete = /multipart\/complete$/;
  env.server.fail(complete, { kind: "status", status: 500, code: "internal" }, 3);
  const { id } = await tab.landfall.assets.add(new File([bytes], "film.mp4", { type: "video/mp4" }));
  const attempts = async () => (await tab.landfall.sync.why(id))?.attempts;
  await env.clock.advanceUntil(async () => (await attempts()) === 3, "three attempts");
  // The storage has lost a part, so the next attempt sends it.
  env.server.files.objects.delete(`/parts/${id}/2`);
  env.server.fail(complete, { kind: "status", status: 500, code: "internal" }, 1);
  await env.clock.advanceUntil(async () => (await attempts()) !== 3, "the next attempt");
  expect(await attempts()).toBe(1);
  await tab.untilSent();
});

test("a lost answer is requested again without a second upload of the bytes", async () => {
  const { env, tab } = await started();
  env.server.fail(/POST \/api\/assets$/, { kind: "lost-answer" });
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.untilSent();
  expect(env.server.files.puts).toEqual([`/staging/${id}`]);
  expect(Object.keys(env.server.userData(EMAIL).live("assets"))).toEqual([id]);
});

test("a file that is deleted before its upload leaves no row and no bytes", async () => {
  const { env, tab } = await started();
  env.server.files.unavailable = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilRegistered(env, id);
  await tab.landfall.assets.delete(id);
  env.server.files.unavailable = false;
  await tab.untilSent();
  expect(env.server.userData(EMAIL).live("assets")).toEqual({});
  expect(await tab.landfall.assets.get(id)).toBeUndefined();
  expect(await tab.browser.database().assets.count()).toBe(0);
});

test("a waiting file that another device deletes is deleted on this device", async () => {
  const { env, tab } = await started();
  env.server.files.unavailable = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilRegistered(env, id);
  env.server.userData(EMAIL).write("assets", id, null);
  env.server.files.unavailable = false;
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toBeUndefined();
  expect(env.server.files.puts).toEqual([]);
});

test("a rename during the upload is sent after it", async () => {
  const { env, tab } = await started();
  env.server.files.unavailable = true;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await untilRegistered(env, id);
  await tab.landfall.assets.update(id, { fileName: "quay.png" });
  env.server.files.unavailable = false;
  await tab.untilSent();
  expect(env.server.userData(EMAIL).live("assets")[id]).toMatchObject({
    fileName: "quay.png",
    uploadStatus: "completed",
  });
  expect(await tab.landfall.assets.get(id)).toMatchObject({ fileName: "quay.png", sync: { state: "synced" } });
});

test("of two changes of a file's metadata on two devices the last to arrive is kept", async () => {
  const { env, tab } = await started();
  const { assets } = tab.landfall;
  const { id } = await assets.add(PICTURE);
  await tab.untilSent();
  const userData = env.server.userData(EMAIL);
  await tab.landfall.connectivity.simulateOffline(true);
  await assets.update(id, { fileName: "quay.png" });
  userData.write("assets", id, { ...userData.live("assets")[id], fileName: "pier.png" });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  expect(userData.live("assets")[id]).toMatchObject({ fileName: "quay.png" });
  userData.write("assets", id, { ...userData.live("assets")[id], fileName: "pier.png" });
  await tab.sync();
  expect(await assets.get(id)).toMatchObject({ fileName: "pier.png", sync: { state: "synced" } });
});

test("a change of a file's metadata sends the changed members alone", async () => {
  const { env, tab } = await started();
  const { assets } = tab.landfall;
  const { id } = await assets.add(PICTURE);
  await tab.untilSent();
  const userData = env.server.userData(EMAIL);
  await tab.landfall.connectivity.simulateOffline(true);
  await assets.update(id, { width: 640 });
  userData.write("assets", id, { ...userData.live("assets")[id], fileName: "pier.png" });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  expect(userData.live("assets")[id]).toMatchObject({ fileName: "pier.png", width: 640 });
  expect(await assets.get(id)).toMatchObject({ fileName: "pier.png", width: 640 });
});

test("a change during the push of another one keeps what another device has changed before both", async () => {
  const { env, tab } = await started();
  const { assets } = tab.landfall;
  const { id } = await assets.add(PICTURE);
  await tab.untilSent();
  const userData = env.server.userData(EMAIL);
  await tab.landfall.connectivity.simulateOffline(true);
  await assets.update(id, { width: 640 });
  userData.write("assets", id, { ...userData.live("assets")[id], fileName: "pier.png" });
  let isEdited = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || isEdited) return;
    isEdited = true;
    await assets.update(id, { height: 480 });
  };
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.untilSent();
  expect(isEdited).toBe(true);
  expect(userData.live("assets")[id]).toMatchObject({ fileName: "pier.png", width: 640, height: 480 });
  expect(await assets.get(id)).toMatchObject({ fileName: "pier.png", width: 640, height: 480 });
});

test("a localOnly file is not uploaded until upload() is called", async () => {
  const { env, tab } = await started();
  const { id } = await tab.landfall.assets.add(PICTURE, { localOnly: true });
  await env.clock.advance(5_000);
  expect(env.server.requests(/assets/)).toEqual([]);
  expect(await tab.landfall.assets.get(id)).toMatchObject({ localOnly: true, onDevice: true });
  await tab.landfall.assets.upload(id);
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ localOnly: false, uploadStatus: "completed" });
});

test("the budget evicts downloaded files in order of last use, and never unsent or kept files", async () => {
  const env = new TestEnvironment();
  env.options = { files: { budgetBytes: 100 } };
  const tab = await env.signedInTab();
  const { assets } = tab.landfall;
  const of = (size: number, name: string) => new File(["x".repeat(size)], name, { type: "text/plain" });
  const kept = await assets.add(of(40, "kept.txt"), { keepLocal: "always" });
  const fetched = [await assets.add(of(40, "a.txt")), await assets.add(of(40, "b.txt"))];
  await tab.untilSent();
  for (const { id } of fetched) {
    const file = assets.file(id);
    await env.clock.advance(1_000);
    await file;
  }
  const here = async () =>
    (await Promise.all([kept, ...fetched].map(({ id }) => assets.get(id)))).map((row) => row?.onDevice);
  expect(await here()).toEqual([true, false, true]);
  env.server.setDown(true);
  const unsent = await assets.add(of(80, "unsent.txt"));
  await flushTasks();
  expect((await assets.get(unsent.id))?.onDevice).toBe(true);
});

test("a full disk rejects add() with storage_full and stores nothing", async () => {
  const { tab } = await started();
  const restore = tab.browser.refuseWrites("assets", "quota");
  await expect(tab.landfall.assets.add(PICTURE)).rejects.toMatchObject({ code: "storage_full" });
  restore();
  expect(await tab.browser.database().assetMetadata.count()).toBe(0);
  expect(await tab.browser.database().syncQueue.count()).toBe(0);
});

test("a file that has no room takes the place of copies that the server has, and never of unsent ones", async () => {
  const { env, tab } = await started();
  const { assets } = tab.landfall;
  const kept = await assets.add(PICTURE, { keepLocal: "always" });
  const copy = await assets.add(PICTURE);
  await tab.untilSent();
  const fetched = assets.file(copy.id);
  await env.clock.advance(1_000);
  await fetched;
  await tab.landfall.connectivity.simulateOffline(true);
  const unsent = await assets.add(PICTURE);
  await tab.idle();
  const here = async () =>
    (await Promise.all([kept, copy, unsent].map(({ id }) => assets.get(id)))).map((row) => row?.onDevice);
  expect(await here()).toEqual([true, true, true]);
  tab.browser.refuseFirstWrite("assets");
  const added = await assets.add(PICTURE);
  expect((await assets.get(added.id))?.onDevice).toBe(true);
  expect(await here()).toEqual([true, false, true]);
});

test("every tab receives the progress", async () => {
  const { env, tab } = await started();
  const other = tab.browser.tab();
  await other.landfall.start();
  const progress = other.landfall.assets.progress();
  progress.subscribe(() => {});
  await other.idle();
  let answer = () => {};
  env.server.beforeAnswer = ({ path, method }) =>
    method === "POST" && path === "/api/assets" ? new Promise((resolve) => (answer = resolve)) : undefined;
  const { id } = await tab.landfall.assets.add(PICTURE);
  await env.clock.advanceUntil(() => progress.get().size > 0, "progress");
  expect([...progress.get()]).toEqual([[id, { loaded: PICTURE.size, total: PICTURE.size }]]);
  answer();
  await tab.untilSent();
  await other.idle();
  expect(progress.get().size).toBe(0);
});

test("an expired session pauses the upload and loses nothing", async () => {
  const { env, tab } = await started();
  env.server.revokeAll();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await env.clock.advanceUntil(() => tab.landfall.auth.session.get().expired, "the end of the session");
  await env.clock.advance(60_000);
  await untilWaiting(env, tab, id);
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "pending", onDevice: true });
  expect(await tab.landfall.sync.why(id)).toMatchObject({ attempts: 0 });
  await tab.signIn();
  await tab.untilSent();
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed" });
});

test("claim() uploads a guest's files with their bytes", async () => {
  const env = new TestEnvironment();
  env.options = { guest: true };
  const tab = env.browser().tab();
  await tab.landfall.start();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.landfall.projects.put({ id: "album", name: "Album", thumbnailAssetId: id });
  await tab.signIn();
  expect(await tab.landfall.guest.claim()).toEqual({ assets: 1, projects: 1 });
  await tab.untilSent();
  expect(env.server.userData(EMAIL).live("assets")[id]).toMatchObject({ uploadStatus: "completed" });
  expect(env.server.files.objects.get(`/objects/${id}`)).toHaveLength(PICTURE.size);
  expect(env.server.received.filter(({ path }) => /\/api\/(assets|sync)$/.test(path)).map(({ path }) => path)).toEqual([
    ...["/api/assets", "/api/sync"],
  ]);
});

test("a file that a backup lacks is registered again after its bytes have left the device", async () => {
  const { env, tab } = await started();
  const restore = env.server.userData(EMAIL).backup();
  const { id } = await tab.landfall.assets.add(PICTURE);
  await tab.untilSent();
  restore();
  expect(env.server.userData(EMAIL).live("assets")).toEqual({});
  await tab.landfall.sync.now();
  await env.clock.advanceUntil(() => id in env.server.userData(EMAIL).live("assets"), "the file at the server");
  await tab.untilSent();
  expect(env.server.userData(EMAIL).live("assets")[id]).toMatchObject({ uploadStatus: "completed" });
  expect(await tab.landfall.assets.get(id)).toMatchObject({ uploadStatus: "completed", sync: { state: "synced" } });
  expect(env.server.files.puts).toEqual([`/staging/${id}`]);
});

test("a page that was read before an upload was completed does not undo it", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let pages = 0;
  env.server.afterAnswer = ({ path }) => {
    const [row] = Object.values(env.server.userData(EMAIL).live("assets"));
    if (path.endsWith("/presign")) void tab.landfall.sync.now();
    if (!path.endsWith("/changes") || row?.uploadStatus !== "pending") return;
    pages += 1;
    return held;
  };
  // The upload is completed after the page was read.
  env.server.beforeAnswer = async ({ path }) => {
    if (path.endsWith("/api/assets")) await until(() => pages > 0);
  };
  const { id } = await tab.landfall.assets.add(PICTURE);
  const isCompleted = async () => (await tab.landfall.assets.get(id))?.uploadStatus === "completed";
  await env.clock.advanceUntil(isCompleted, "the upload");
  expect(pages).toBeGreaterThan(0);
  env.server.afterAnswer = null;
  release();
  await tab.untilSent();
  expect(await isCompleted()).toBe(true);
});
