// A response of the storage in the browser's cache does not break a later download.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { FilesPage } from "./harness/files.mjs";
import { noisyPng, sha256 } from "./harness/pictures.mjs";
import { StorageProcess, startProxy } from "./harness/storage.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = new TestEnvironment();
/** @type {StorageProcess} */
let storage;
/** @type {Awaited<ReturnType<typeof startProxy>>} */
let front;

before(async () => {
  storage = await StorageProcess.start();
  front = await startProxy(storage);
  await env.start(front.settings);
});
afterEach(async () => {
  assert.deepEqual(await env.tearDown(), [], "a page logged an error");
});
after(async () => {
  await env.stop();
  front?.stop();
  await storage?.stop();
});

test("a picture that was shown without CORS can be downloaded from the same link", LIMIT, async () => {
  const email = "kept@harbour.example";
  const picture = { name: "harbour.png", buffer: noisyPng(300, 7) };
  const adding = await (await env.device()).tab();
  await adding.signIn(email);
  await (await FilesPage.open(adding)).add([picture]);
  await adding.untilPill("synced");

  const other = await (await env.device()).tab();
  await other.signIn(email);
  const files = await FilesPage.open(other);
  await untilEqual("the other device lists it", () => files.states(), { [picture.name]: "synced" });
  const shown = other.find("file-picture");
  await shown.waitFor();
  await untilEqual("it is drawn", () => shown.evaluate((image) => Reflect.get(image, "naturalWidth")), 300);
  assert.equal(await files.download(picture.name), sha256(picture.buffer));
});
