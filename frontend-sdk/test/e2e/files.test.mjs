// Files in a real browser with a real storage: files added offline survive the browser, interrupted uploads resume, and
// rejected files are kept with their reason.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { countPuts, FilesPage } from "./harness/files.mjs";
import { film, noisyPng, png, sha256 } from "./harness/pictures.mjs";
import { storageSettings } from "./harness/storage.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const MB = 1_000_000;
const env = new TestEnvironment();
const smallQuota = new TestEnvironment();

before(async () => {
  await env.start(storageSettings());
  await smallQuota.start({ ...storageSettings(), LANDFALL_QUOTA_BYTES: String(MB) });
});
afterEach(async () => {
  assert.deepEqual([...(await env.tearDown()), ...(await smallQuota.tearDown())], [], "a page logged an error");
});
after(async () => {
  await env.stop();
  await smallQuota.stop();
});

const picture = { name: "harbour.png", buffer: noisyPng(1_300, 1) };
const movie = { name: "crossing.mp4", buffer: film(60 * MB, 2) };
const SYNCED = { [picture.name]: "synced", [movie.name]: "synced" };

/** Opens the files of a signed-in user. @param {TestEnvironment} where @param {string} email */
async function openFiles(where, email) {
  const device = await where.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.untilShellIsCached();
  return { device, demo, files: await FilesPage.open(demo) };
}

/** The assets that the server stores for a user. @param {string} email */
async function stored(email) {
  return env.db.query(
    `SELECT file_name AS name, status, size::int FROM assets WHERE owner = (SELECT key FROM "user" WHERE id = $1) AND deleted_at IS NULL ORDER BY file_name`,
    [await env.db.userId(email)],
  );
}

const BOTH_STORED = [
  { name: movie.name, status: "completed", size: movie.buffer.length },
  { name: picture.name, status: "completed", size: picture.buffer.length },
];

test(
  "a picture and a film added offline survive the browser, are uploaded once, and reach another device",
  LIMIT,
  async () => {
    const email = "offline-files@harbour.example";
    const { device, demo, files } = await openFiles(env, email);
    await device.setOffline(true);
    await files.add([picture, movie]);
    await demo.untilPill("offline");
    assert.deepEqual(await files.states(), { [picture.name]: "saved", [movie.name]: "saved" });
    await device.close();

    await device.reopen();
    const puts = countPuts(device);
    const again = await device.tab("/#/files");
    await again.untilPill("synced");
    assert.deepEqual(await new FilesPage(again).states(), SYNCED);
    assert.deepEqual(await stored(email), BOTH_STORED);
    const parts = Math.ceil(movie.buffer.length / (8 * 1024 * 1024));
    assert.deepEqual(
      [...puts.values()],
      Array.from({ length: parts + 1 }, () => 1),
      "every part once, the picture once",
    );

    const other = await (await env.device()).tab();
    await other.signIn(email);
    const otherFiles = await FilesPage.open(other);
    await untilEqual("the other device lists both", () => otherFiles.states(), SYNCED);
    await other.find("file-picture").waitFor();
    assert.equal(await otherFiles.download(picture.name), sha256(picture.buffer));
    assert.equal(await otherFiles.download(movie.name), sha256(movie.buffer));
  },
);

/** Starts a film's upload on a slow connection and waits until half of it has arrived. @param {import("./harness/browser.mjs").Device} device @param {import("./harness/demo.mjs").Demo} demo */
async function untilHalfUploaded(device, demo) {
  const files = new FilesPage(demo);
  const puts = countPuts(device);
  const connection = await device.context.newCDPSession(demo.page);
  await connection.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 12 * MB };
  await connection.send("Network.emulateNetworkConditions", slow);
  await files.add([movie]);
  await until("some parts have arrived", async () => puts.size >= 2 && (await files.sentBytes()) > 20 * MB);
  return {
    puts,
    restoreSpeed: () => connection.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 }),
  };
}

test("an upload resumes after the server was killed", LIMIT, async () => {
  const email = "killed-upload@harbour.example";
  const { device, demo, files } = await openFiles(env, email);
  const { puts, restoreSpeed } = await untilHalfUploaded(device, demo);
  const before = new Map(puts);
  assert.ok(before.size < 8, "the upload was not complete");
  await env.server.kill();
  await demo.untilPill("offline");

  await restoreSpeed();
  await env.server.restart();
  await demo.untilPill("synced");
  assert.deepEqual(await stored(email), [BOTH_STORED[0]]);
  const again = [...before.keys()].filter((place) => puts.get(place) !== before.get(place));
  assert.deepEqual(again, [], "what had arrived was not sent again");
  assert.equal(await files.download(movie.name), sha256(movie.buffer));
});

test("an upload resumes after its tab was killed, and one file is stored", LIMIT, async () => {
  const email = "killed-tab@harbour.example";
  const { device } = await openFiles(env, email);
  // A browser writes cookies to disk after some seconds, and when it closes. This close keeps the session cookie.
  await device.close();
  await device.reopen();
  const first = await device.tab("/#/files");
  const { puts } = await untilHalfUploaded(device, first);
  await device.kill();

  await device.reopen();
  const again = await device.tab("/#/files");
  const more = countPuts(device);
  await again.untilPill("synced");
  assert.deepEqual(await stored(email), [BOTH_STORED[0]]);
  assert.deepEqual(
    [...more.keys()].filter((place) => puts.has(place)),
    [],
    "what had arrived was not sent again",
  );
  assert.equal(await new FilesPage(again).download(movie.name), sha256(movie.buffer));
});

test("a full quota is reported, the file is kept, and other files and a discard still work", LIMIT, async () => {
  const email = "full@harbour.example";
  const { device, demo, files } = await openFiles(smallQuota, email);
  device.expected = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|409|413) )/;
  const small = { name: "small.png", buffer: png(300, (x, y) => [x % 256, y % 256, 90]) };
  await files.add([picture]);
  await untilEqual("it is refused", () => files.states(), { [picture.name]: "failed" });
  const [refused] = await files.shown();
  assert.equal(refused?.words, "Not sent");
  assert.match(refused?.why ?? "", /quota|room|space/i);
  await demo.page.reload();
  await untilEqual("it is still here", () => files.states(), { [picture.name]: "failed" });
  assert.equal(await files.download(picture.name), sha256(picture.buffer));

  await files.add([small]);
  await untilEqual("what fits goes on", () => files.states(), { [picture.name]: "failed", [small.name]: "synced" });
  await demo.find("file").filter({ hasText: picture.name }).getByTestId("discard").click();
  await untilEqual("it is taken back", () => files.states(), { [small.name]: "synced" });
  await demo.untilPill("synced");
});

test("a gallery requests links only for files that are in view", LIMIT, async () => {
  const email = "gallery@harbour.example";
  const { device, demo, files } = await openFiles(env, email);
  const pictures = Array.from({ length: 24 }, (_, index) => ({
    name: `picture ${index}.png`,

    buffer: png(64, (x, y) => [(x * index) % 256, y, 120]),
  }));
  await files.add(pictures);
  await demo.untilPill("synced");
  const other = await device.tab("/");
  const asked = /** @type {string[]} */ ([]);
  other.page.on("request", (request) => {
    const body = request.postData() ?? "";
    if (request.url().endsWith("/presign") && body.includes("download")) asked.push(...JSON.parse(body).assetIds);
  });
  await other.page.setViewportSize({ width: 900, height: 600 });
  await other.page.goto(`${env.server.url}/#/files`);
  await other.find("file-picture").first().waitFor();
  await other.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  const atFirst = new Set(asked).size;
  assert.ok(atFirst > 0 && atFirst < pictures.length, `${atFirst} of ${pictures.length} links`);
  await other.find("file").last().scrollIntoViewIfNeeded();
  await until("the last one is drawn", async () => (await other.find("file-picture").count()) > atFirst);
});
