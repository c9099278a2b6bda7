// Files in a real browser on a real storage: what is added without a network outlives the browser, what breaks off goes on where it was, and what the
// server won't take is told and kept.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { countPuts, FilesPage } from "./harness/files.mjs";
import { film, noisyPng, png, sha256 } from "./harness/pictures.mjs";
import { storageSettings } from "./harness/storage.mjs";
import { until, untilEqual } from "./harness/until.mjs";
import { LIMIT, World } from "./harness/world.mjs";

const MB = 1_000_000;
const world = new World();
const narrow = new World();

before(async () => {
  await world.begin(storageSettings());
  await narrow.begin({ ...storageSettings(), LANDFALL_QUOTA_BYTES: String(MB) });
});
afterEach(async () => {
  assert.deepEqual([...(await world.putAway()), ...(await narrow.putAway())], [], "a page complained");
});
after(async () => {
  await world.end();
  await narrow.end();
});

const picture = { name: "harbour.png", buffer: noisyPng(1_300, 1) };
const movie = { name: "crossing.mp4", buffer: film(60 * MB, 2) };
const SYNCED = { [picture.name]: "synced", [movie.name]: "synced" };

/** Someone signed in, at their files. @param {World} where @param {string} email */
async function atFiles(where, email) {
  const device = await where.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.untilShellIsKept();
  return { device, demo, files: await FilesPage.open(demo) };
}

/** What the server holds for somebody. @param {string} email */
async function stored(email) {
  return world.db.query(
    `SELECT file_name AS name, status, size::int FROM assets WHERE user_id = $1 AND deleted_at IS NULL ORDER BY file_name`,
    [await world.db.userId(email)],
  );
}

const BOTH_STORED = [
  { name: movie.name, status: "completed", size: movie.buffer.length },
  { name: picture.name, status: "completed", size: picture.buffer.length },
];

test(
  "a picture and a film added offline outlive the browser, are uploaded once, and are on another device",
  LIMIT,
  async () => {
    const email = "offline-files@harbour.example";
    const { device, demo, files } = await atFiles(world, email);
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

    const other = await (await world.device()).tab();
    await other.signIn(email);
    const there = await FilesPage.open(other);
    await untilEqual("the other device lists both", () => there.states(), SYNCED);
    await other.find("file-picture").waitFor();
    assert.equal(await there.download(picture.name), sha256(picture.buffer));
    assert.equal(await there.download(movie.name), sha256(movie.buffer));
  },
);

/** Into the middle of the film's upload, on a slow line. @param {import("./harness/browser.mjs").Device} device @param {import("./harness/demo.mjs").Demo} demo */
async function halfWay(device, demo) {
  const files = new FilesPage(demo);
  const puts = countPuts(device);
  const line = await device.context.newCDPSession(demo.page);
  await line.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 12 * MB };
  await line.send("Network.emulateNetworkConditions", slow);
  await files.add([movie]);
  await until("some parts have arrived", async () => puts.size >= 2 && (await files.sentBytes()) > 20 * MB);
  return { puts, hurry: () => line.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 }) };
}

test("a server that is killed in the middle of an upload finds it going on, not beginning again", LIMIT, async () => {
  const email = "killed-upload@harbour.example";
  const { device, demo, files } = await atFiles(world, email);
  const { puts, hurry } = await halfWay(device, demo);
  const before = new Map(puts);
  assert.ok(before.size < 8, "the upload was not complete");
  await world.server.kill();
  await demo.untilPill("offline");

  await hurry();
  await world.server.restart();
  await demo.untilPill("synced");
  assert.deepEqual(await stored(email), [BOTH_STORED[0]]);
  const again = [...before.keys()].filter((place) => puts.get(place) !== before.get(place));
  assert.deepEqual(again, [], "what had arrived was not sent again");
  assert.equal(await files.download(movie.name), sha256(movie.buffer));
});

test(
  "a tab that is killed in the middle of an upload leaves one file, and the next goes on with it",
  LIMIT,
  async () => {
    const email = "killed-tab@harbour.example";
    const { device } = await atFiles(world, email);
    // A browser writes its cookies down some seconds late, and at its end: this one keeps who is signed in.
    await device.close();
    await device.reopen();
    const first = await device.tab("/#/files");
    const { puts } = await halfWay(device, first);
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
  },
);

test("a full quota is said clearly, nothing is lost, and there is a way on", LIMIT, async () => {
  const email = "full@harbour.example";
  const { device, demo, files } = await atFiles(narrow, email);
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

test("a gallery asks for links only of what comes into view", LIMIT, async () => {
  const email = "gallery@harbour.example";
  const { device, demo, files } = await atFiles(world, email);
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
  await other.page.goto(`${world.server.url}/#/files`);
  await other.find("file-picture").first().waitFor();
  await other.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  const atFirst = new Set(asked).size;
  assert.ok(atFirst > 0 && atFirst < pictures.length, `${atFirst} of ${pictures.length} links`);
  await other.find("file").last().scrollIntoViewIfNeeded();
  await until("the last one is drawn", async () => (await other.find("file-picture").count()) > atFirst);
});
