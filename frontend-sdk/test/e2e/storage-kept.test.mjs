// What a browser keeps of a storage's answers must not stand in the way of the next question.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { FilesPage } from "./harness/files.mjs";
import { noisyPng, sha256 } from "./harness/pictures.mjs";
import { StorageProcess, startFront } from "./harness/storage.mjs";
import { untilEqual } from "./harness/until.mjs";
import { LIMIT, World } from "./harness/world.mjs";

const world = new World();
/** @type {StorageProcess} */
let storage;
/** @type {Awaited<ReturnType<typeof startFront>>} */
let front;

before(async () => {
  storage = await StorageProcess.start();
  front = await startFront(storage);
  await world.begin(front.settings);
});
afterEach(async () => {
  assert.deepEqual(await world.putAway(), [], "a page complained");
});
after(async () => {
  await world.end();
  front?.stop();
  await storage?.stop();
});

test("a picture that was shown without its origin being named can be downloaded by the same link", LIMIT, async () => {
  const email = "kept@harbour.example";
  const picture = { name: "harbour.png", buffer: noisyPng(300, 7) };
  const adding = await (await world.device()).tab();
  await adding.signIn(email);
  await (await FilesPage.open(adding)).add([picture]);
  await adding.untilPill("synced");

  const other = await (await world.device()).tab();
  await other.signIn(email);
  const files = await FilesPage.open(other);
  await untilEqual("the other device lists it", () => files.states(), { [picture.name]: "synced" });
  const shown = other.find("file-picture");
  await shown.waitFor();
  await untilEqual("it is drawn", () => shown.evaluate((image) => Reflect.get(image, "naturalWidth")), 300);
  assert.equal(await files.download(picture.name), sha256(picture.buffer));
});
