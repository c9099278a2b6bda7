// AppFrames' media library, its delayed save, its words and its options over the client.

import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import {
  appFramesOptions,
  MediaLibraryProvider,
  syncWordOf,
  useMediaLibrary,
  usePersistence,
  useProjectSync,
} from "../../src/compat/appframes";
import { DelayedSave } from "../../src/compat/appframes/delayed-save";
import { MediaLibrary } from "../../src/compat/appframes/media-library";
import { StorageFullError } from "../../src/errors";
import { LandfallProvider } from "../../src/react";
import { EMAIL, TestEnvironment } from "../support/environment";
import { FakeClock, until } from "../support/fake-clock";

const PICTURE = new File(["a picture, more or less"], "harbour.png", { type: "image/png" });
const NOTES = new File(["notes"], "notes.txt", { type: "text/plain" });

/** Stands in for the browser's canvas, which Node lacks. The real one is in `test/e2e/products.test.mjs`. */
const draw = async (file: Blob) => ({ url: `data:image/webp;base64,${file.size}`, width: 40, height: 30 });

test("usePersistence: of several saves the last one is made, after a pause, and its state is shown", async () => {
  const clock = new FakeClock();
  const delayed = new DelayedSave(clock);
  const seen: string[] = [];
  delayed.status.subscribe((status) => seen.push(status));
  const saved: string[] = [];
  for (const text of ["a", "b", "c"]) {
    delayed.save(async () => void saved.push(text));
    await clock.advance(400);
  }
  expect(saved).toEqual([]);
  await clock.advance(100);
  expect(saved).toEqual(["c"]);
  await clock.advance(2_000);
  expect(seen).toEqual(["idle", "saving", "saved", "idle"]);
});

test("usePersistence: saves never overlap, and what waits is saved by flush()", async () => {
  const clock = new FakeClock();
  const delayed = new DelayedSave(clock);
  const order: string[] = [];
  const slow = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise<void>((resolve) => clock.after(1_000, resolve));
    order.push(`${name} ends`);
  };
  delayed.save(slow("a"));
  await clock.advance(500);
  delayed.save(slow("b"));
  const flushed = delayed.flush();
  await clock.advance(3_000);
  await flushed;
  expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  delayed.save(slow("c"));
  const last = delayed.flush();
  await clock.advance(1_000);
  await last;
  expect(order.at(-1)).toBe("c ends");
});

test("usePersistence: a failed save is made once more, a full storage isn't, and the error is told", async () => {
  const clock = new FakeClock();
  const delayed = new DelayedSave(clock);
  const onError = vi.fn();
  delayed.options = { onError };
  const broken = vi.fn(() => Promise.reject(new Error("broken")));
  delayed.save(broken);
  await clock.advance(1_400);
  expect([broken.mock.calls.length, delayed.status.get()]).toEqual([1, "saving"]);
  await clock.advance(200);
  expect([broken.mock.calls.length, delayed.status.get()]).toEqual([2, "error"]);
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: "broken" }));
  const full = vi.fn(() => Promise.reject(new StorageFullError(null)));
  delayed.save(full);
  await clock.advance(5_000);
  expect([full.mock.calls.length, onError.mock.calls.length]).toEqual([1, 2]);
  // A newer save takes the place of one that would be tried again.
  const newer = vi.fn(async () => {});
  delayed.save(broken);
  await clock.advance(600);
  delayed.save(newer);
  await clock.advance(5_000);
  expect([broken.mock.calls.length, newer.mock.calls.length, delayed.status.get()]).toEqual([3, 1, "idle"]);
});

test("the words of the status are AppFrames'", () => {
  const signedIn = { status: "signed-in", expired: false } as const;
  const states = ["synced", "receiving", "sending", "saved", "offline", "paused", "failed", "conflicts"] as const;
  expect(states.map((state) => syncWordOf({ state, online: true }, signedIn))).toEqual([
    ...["synced", "syncing", "syncing", "syncing", "offline", "idle", "error", "error"],
  ]);
  expect(syncWordOf({ state: "paused", online: true }, { ...signedIn, expired: true })).toBe("error");
  const signedOut = { status: "signed-out", expired: false } as const;
  expect(syncWordOf({ state: "paused", online: true }, signedOut)).toBe("idle");
  expect(syncWordOf({ state: "paused", online: false }, signedOut)).toBe("offline");
});

test.each([
  ["last-write-wins", "Mine"],
  ["prefer-server", "Theirs"],
  ["ask", "Mine"],
] as const)("the policy %s of projects decides between two devices", async (projects, kept) => {
  const env = new TestEnvironment();
  env.options = appFramesOptions({ projects });
  const [one, other] = [await env.signedInTab(), await env.signedInTab()];
  const { id } = await one.landfall.projects.put({ name: "Poster" });
  await one.sync();
  await other.sync();
  await one.landfall.connectivity.simulateOffline(true);
  await other.landfall.projects.update(id, { name: "Theirs" });
  await other.sync();
  await one.landfall.projects.update(id, { name: "Mine" });
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  expect(await one.landfall.projects.get(id)).toMatchObject({ name: kept });
  const status = one.landfall.sync.status.get();
  expect(syncWordOf(status, one.landfall.auth.session.get())).toBe(projects === "ask" ? "error" : "synced");
});

test("useMediaLibrary: a file is listed at once with its thumbnail, which stays on this device and goes with the file", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const library = new MediaLibrary({ landfall: tab.landfall, apiBaseUrl: "http://landfall.test/api" }, draw);
  expect(library.state.get()).toMatchObject({ loading: true, assets: [] });
  const [added] = await library.uploadFiles([PICTURE]);
  expect(added).toMatchObject({ fileName: "harbour.png", syncStatus: "pending" });
  const first = () => library.state.get().assets[0];
  await until(() => first()?.thumbnailUrl, "a thumbnail");
  await tab.untilSent();
  await until(() => first()?.syncStatus === "synced", "the upload");
  expect(first()).toMatchObject({
    ...{ cloudId: added?.cloudId, thumbnailUrl: "data:image/webp;base64,23", width: 40, height: 30 },
    cloudUrl: `http://landfall.test/api/media/assets/${added?.cloudId}/content`,
  });
  expect(library.state.get()).toMatchObject({ syncAvailable: true, pendingUploads: 0, error: null });
  await library.close();

  // The next page shows it without the file and without drawing.
  const drawAgain = vi.fn(draw);
  const next = new MediaLibrary({ landfall: tab.landfall }, drawAgain);
  await until(() => next.state.get().assets[0]?.thumbnailUrl, "the thumbnail of the page before");
  expect(drawAgain).not.toHaveBeenCalled();
  const stored = () => tab.browser.database().appState.where("key").startsWith("thumbnail:").count();
  expect(await stored()).toBe(1);
  await next.deleteAsset(added ?? {});
  await until(async () => (await stored()) === 0, "no thumbnail");
  await next.close();
});

test("useMediaLibrary: a file that the server doesn't take is named, and the others are stored", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  const library = new MediaLibrary({ landfall: tab.landfall }, draw);
  const logo = new File(["<svg/>"], "logo.svg", { type: "image/svg+xml" });
  const stored = await library.uploadFiles([logo, NOTES]);
  expect(stored).toMatchObject([{ fileName: "notes.txt" }]);
  expect(library.state.get()).toMatchObject({ error: expect.stringContaining("svg"), uploading: false });
  await tab.untilSent();
  await library.refresh();
  expect(library.state.get().error).toBeNull();
  expect(Object.keys(env.server.userData(EMAIL).live("assets"))).toHaveLength(1);
  await library.close();
});

test("useMediaLibrary: with autoSync off files stay here until syncNow(), and what fails is told", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const [onSyncStatusChange, onSyncError] = [vi.fn(), vi.fn()];
  const config = { landfall: tab.landfall, autoSync: false, onSyncStatusChange, onSyncError };
  const library = new MediaLibrary(config, draw);
  await library.uploadFiles([PICTURE]);
  await env.clock.advance(60_000);
  expect(env.server.files.puts).toEqual([]);
  await tab.landfall.connectivity.simulateOffline(true);
  await library.syncNow();
  expect(onSyncError).toHaveBeenCalledWith(expect.objectContaining({ code: "offline" }));
  expect(library.state.get()).toMatchObject({ syncStatus: "offline", pendingUploads: 1 });
  await tab.landfall.connectivity.simulateOffline(false);
  const sending = library.syncNow();
  await tab.untilSent();
  await sending;
  expect(env.server.files.puts).toHaveLength(1);
  expect(onSyncStatusChange.mock.calls.map(([word]) => word)).toContain("syncing");
  await library.close();
});

test("MediaLibraryProvider and the hooks render on a server, and a hook without a provider says what it needs", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await until(() => tab.landfall.sync.status.get().state === "synced", "the status");
  const Screen = () => {
    const { assets, loading } = useMediaLibrary();
    return createElement("p", null, [assets.length, loading, usePersistence().saveStatus].join());
  };
  const library = createElement(MediaLibraryProvider, { syncConfig: { apiBaseUrl: "/api" } }, createElement(Screen));
  const html = renderToString(createElement(LandfallProvider, { client: tab.landfall }, library));
  expect(html).toBe("<p>0,true,idle</p>");
  expect(() => renderToString(createElement(Screen))).toThrow("MediaLibraryProvider");
  const Sync = () => createElement("p", null, [useProjectSync().syncStatus, useProjectSync().isSignedIn].join());
  const shown = renderToString(createElement(LandfallProvider, { client: tab.landfall }, createElement(Sync)));
  expect(shown).toBe("<p>synced,true</p>");
});
