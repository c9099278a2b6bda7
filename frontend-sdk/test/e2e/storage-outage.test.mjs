// A storage outage: text still syncs, files wait with the reason, and all uploads complete when the storage is back.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Api } from "./harness/api.mjs";
import { FilesPage } from "./harness/files.mjs";
import { film, noisyPng, sha256 } from "./harness/pictures.mjs";
import { StorageProcess } from "./harness/storage.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = new TestEnvironment();
/** @type {StorageProcess} */
let storage;

before(async () => {
  storage = await StorageProcess.start();
  await env.start(storage.settings);
});
afterEach(async () => {
  assert.deepEqual(await env.tearDown(), [], "a page logged an error");
});
after(async () => {
  await env.stop();
  await storage?.stop();
});

test("files wait during a storage outage, and everything else syncs", LIMIT, async () => {
  const email = "away@harbour.example";
  const device = await env.device();
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
  await until("both show the reason", async () => {
    const waiting = (await files.shown()).filter(({ state, why }) => state === "saved" && /storage/i.test(why));
    return waiting.length === 2;
  });
  await demo.newSession();
  await demo.write("Text goes on without a storage");
  await untilEqual("text is at the server", () => env.db.texts(email), ["Text goes on without a storage"]);
  const [{ id }] = await env.db.query("SELECT id FROM assets WHERE file_name = $1", [movie.name]);
  const { token } = await Api.signIn(env.server, email);
  const headers = { authorization: `Bearer ${token}` };
  const refused = await fetch(`${env.server.url}/api/assets/${id}/multipart`, { method: "POST", headers });
  assert.equal(refused.status, 503);
  assert.equal(/** @type {{ code: string }} */ (await refused.json()).code, "storage_unavailable");

  await storage.restart();
  await demo.find("to-files").click();
  await untilEqual("everything is uploaded", () => files.states(), {
    [before.name]: "synced",
    [picture.name]: "synced",
    [movie.name]: "synced",
  });
  assert.equal(await files.download(picture.name), sha256(picture.buffer));
  assert.equal(await files.download(movie.name), sha256(movie.buffer));
});
