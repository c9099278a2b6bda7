// The storage dies while people work: text goes on, files wait and say what for, and everything completes by itself when it is back.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Api } from "./harness/api.mjs";
import { FilesPage } from "./harness/files.mjs";
import { film, noisyPng, sha256 } from "./harness/pictures.mjs";
import { StorageProcess } from "./harness/storage.mjs";
import { until, untilEqual } from "./harness/until.mjs";
import { LIMIT, World } from "./harness/world.mjs";

const world = new World();
/** @type {StorageProcess} */
let storage;

before(async () => {
  storage = await StorageProcess.start();
  await world.begin(storage.settings);
});
afterEach(async () => {
  assert.deepEqual(await world.putAway(), [], "a page complained");
});
after(async () => {
  await world.end();
  await storage?.stop();
});

test("files wait for a storage that is away, and nothing else does", LIMIT, async () => {
  const email = "away@harbour.example";
  const device = await world.device();
  device.expected = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|409|503) )/;
  const demo = await device.tab();
  await demo.signIn(email);
  const before = { name: "before.png", buffer: noisyPng(200, 3) };
  const files = await FilesPage.open(demo);
  await files.add([before]);
  await demo.untilPill("synced");

  await storage.kill();
  const picture = { name: "harbour.png", buffer: noisyPng(400, 4) };
  const movie = { name: "crossing.mp4", buffer: film(20_000_000, 5) };
  await files.add([picture, movie]);
  await until("both say what they wait for", async () => {
    const waiting = (await files.shown()).filter(({ state, why }) => state === "saved" && /storage/i.test(why));
    return waiting.length === 2;
  });
  await demo.newSession();
  await demo.write("Text goes on without a storage");
  await untilEqual("text is at the server", () => world.db.texts(email), ["Text goes on without a storage"]);
  const [{ id }] = await world.db.query("SELECT id FROM assets WHERE file_name = $1", [movie.name]);
  const { token } = await Api.signIn(world.server, email);
  const headers = { authorization: `Bearer ${token}` };
  const refused = await fetch(`${world.server.url}/api/assets/${id}/multipart`, { method: "POST", headers });
  assert.equal(refused.status, 503);
  assert.equal(/** @type {{ code: string }} */ (await refused.json()).code, "storage_unavailable");

  await storage.restart();
  await demo.find("to-files").click();
  await untilEqual("everything is there by itself", () => files.states(), {
    [before.name]: "synced",
    [picture.name]: "synced",
    [movie.name]: "synced",
  });
  assert.equal(await files.download(picture.name), sha256(picture.buffer));
  assert.equal(await files.download(movie.name), sha256(movie.buffer));
});
