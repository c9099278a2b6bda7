// Files that the server doesn't take are refused before they are stored, by the server's list, which this device remembers.

import { expect, test } from "vitest";
import { MediaSyncService } from "../../src/compat/files";
import { cleanName } from "../../src/kinds/assets/validate";
import { type Tab, TestEnvironment } from "../support/environment";
import { FILE_RULES } from "../support/fake-files";

const DAY_MS = 24 * 3_600_000;

async function synced(): Promise<{ env: TestEnvironment; tab: Tab }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  return { env, tab };
}

function file(name: string, type: string, bytes = "x"): File {
  return new File([bytes], name, { type });
}

test("a file of a type or size that is never taken is refused offline, and nothing is stored", async () => {
  const { env, tab } = await synced();
  env.server.files.rules = { types: [], refusedExtensions: [] };
  env.server.setDown(true);
  const { assets } = tab.landfall;
  const png = FILE_RULES.types.find(({ mimeType }) => mimeType === "image/png");
  for (const [one, pointer, reason] of [
    [file("logo.svg", "image/svg+xml"), "/type", "logo.svg: files of the type image/svg+xml are not allowed."],
    [file("page.html", ""), "/type", "page.html: files with the extension .html are not allowed."],
    [file("a.xls", "application/vnd.ms-excel"), "/type", "files of the type application/vnd.ms-excel"],
    [file("a.png", "image/png", ""), "/size", "a.png: the file is empty: it has 0 bytes."],
    [file("a", "", ""), "/size", "0 bytes"],
    [Object.defineProperty(file("b.png", "image/png"), "size", { value: 2e8 }), "/size", `${png?.maxBytes} at most`],
  ] as const) {
    const refused = await assets.add(one).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "invalid_input", pointer, message: expect.stringContaining(reason) });
  }
  expect(await tab.browser.database().assetMetadata.count()).toBe(0);
  expect(await tab.browser.database().syncQueue.count()).toBe(0);
});

test("a file is described under the name of its type, and without a type by its extension", async () => {
  const { tab } = await synced();
  for (const [name, type, mimeType, fileType] of [
    ["voice.m4a", "audio/x-m4a", "audio/mp4", "audio"],
    ["voice.mp4", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio"],
    ["a.csv", "application/vnd.ms-excel", "text/csv", "document"],
    ["IMG_1.HEIC", "", "application/octet-stream", "image"],
    ["LICENSE", "", "application/octet-stream", "other"],
  ] as const) {
    expect(await tab.landfall.assets.add(file(name, type))).toMatchObject({ fileName: name, mimeType, fileType });
  }
  expect(await tab.landfall.assets.add(file("empty.txt", "text/plain", ""))).toMatchObject({ size: 0 });
});

test("each type has a limit of its own, and a file that shows no type has the one of others", async () => {
  const env = new TestEnvironment();
  const limitOf = { image: 3, video: 6, audio: 6, document: 5, other: 4 };
  const types = FILE_RULES.types.map((rule) => ({ ...rule, maxBytes: limitOf[rule.fileType] }));
  env.server.limits = { files: { ...FILE_RULES, types }, maxLinkBytes: limitOf };
  const tab = await env.signedInTab();
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  const sync = new MediaSyncService({ landfall: tab.landfall });
  for (const [name, type, most] of [
    ["a.png", "image/png", 3],
    ["IMG_1.HEIC", "", 3],
    ["a.mp4", "video/mp4", 6],
    ["a.txt", "text/plain", 5],
    ["LICENSE", "", 4],
    ["LICENSE", "application/octet-stream", 4],
  ] as const) {
    const bytes = (size: number) => file(name, type, "x".repeat(size));
    const refusal = { code: "invalid_input", pointer: "/size", message: expect.stringContaining(`${most} at most`) };
    await expect(tab.landfall.assets.add(bytes(most + 1))).rejects.toMatchObject(refusal);
    await expect(sync.uploadAsset({}, bytes(most + 1))).rejects.toMatchObject(refusal);
    expect(await tab.landfall.assets.add(bytes(most))).toMatchObject({ size: most });
    // What is kept on this device is checked before it is uploaded.
    const { id } = await tab.landfall.assets.add(bytes(most + 1), { localOnly: true });
    await expect(tab.landfall.assets.upload(id)).rejects.toMatchObject(refusal);
  }
  sync.close();
});

test("a file that stays on this device may be of any type until it is uploaded", async () => {
  const { tab } = await synced();
  const { id } = await tab.landfall.assets.add(file("logo.svg", "image/svg+xml"), { localOnly: true });
  await expect(tab.landfall.assets.upload(id)).rejects.toMatchObject({ code: "invalid_input", pointer: "/type" });
  expect(await tab.landfall.assets.get(id)).toMatchObject({ localOnly: true, uploadStatus: "pending" });
});

test("the list is read again after a day, and when the server refuses what it allows", async () => {
  const { env, tab } = await synced();
  const requests = () => env.server.requests(/GET \/api\/sync\/init/).length;
  const avif = {
    ...(FILE_RULES.types[0] as (typeof FILE_RULES.types)[0]),
    mimeType: "image/avif",
    extensions: ["avif"],
  };
  await expect(tab.landfall.assets.add(file("a.avif", "image/avif"))).rejects.toMatchObject({ pointer: "/type" });
  env.server.files.rules = { ...FILE_RULES, types: [...FILE_RULES.types, avif] };
  const reopened = async (): Promise<Tab> => {
    const next = tab.browser.tab();
    await next.landfall.start();
    await next.sync();
    return next;
  };
  await tab.landfall.close();
  const second = await reopened();
  await second.landfall.assets.add(file("a.png", "image/png"));
  await second.untilSent();
  expect(requests()).toBe(1);
  await second.landfall.close();
  await env.clock.advance(DAY_MS);
  const third = await reopened();
  await third.landfall.assets.add(file("b.png", "image/png"));
  await env.clock.advanceUntil(() => requests() === 2, "a second reading of the list");
  await env.clock.advance(1_000);
  expect(await third.landfall.assets.add(file("a.avif", "image/avif"))).toMatchObject({ mimeType: "image/avif" });
  await third.untilSent();

  env.server.fail(/POST \/api\/assets\/presign/, {
    kind: "status",
    status: 413,
    code: "payload_too_large",
  });
  await third.landfall.assets.add(file("c.png", "image/png"));
  await env.clock.advanceUntil(() => requests() === 3, "a third reading of the list");
});

test("a name is kept exactly, and one that is too long keeps its ending", () => {
  for (const name of [" a .txt", ".hidden", "cafe\u0301.txt", "\u202Etxt.exe", "a\\b/c.txt", "x".repeat(255)]) {
    expect(cleanName(name)).toBe(name);
  }
  expect(cleanName("tab\there.txt")).toBe("tab here.txt");
  expect(cleanName("")).toBe("file");
  expect(cleanName(`${"\u{1F600}".repeat(300)}.png`)).toBe(`${"\u{1F600}".repeat(251)}.png`);
});
