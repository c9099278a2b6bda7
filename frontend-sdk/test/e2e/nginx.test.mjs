// nginx with its defaults between the browser and the server: answers are buffered, and an outage of the server is a page of nginx's.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Device } from "./harness/browser.mjs";
import { FilesPage } from "./harness/files.mjs";
import { nginxIsMissing, startNginx } from "./harness/nginx.mjs";
import { film, sha256 } from "./harness/pictures.mjs";
import { freePort } from "./harness/ports.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const TEST = { ...LIMIT, skip: nginxIsMissing };
const DONE = { state: "synced", pending: 0, failed: 0 };
const env = new TestEnvironment();
/** A request is given up after five attempts, which take 15 s and the time of the requests. */
const GIVEN_UP_MS = 50_000;
/** The ports of nginx and of the server. */
let [front, behind] = [0, 0];
let url = "";
/** @type {Awaited<ReturnType<typeof startNginx>> | undefined} */
let nginx;
/** @type {Device[]} */
const devices = [];

before(async () => {
  if (nginxIsMissing) return;
  [front, behind] = [await freePort(), await freePort()];
  url = `http://localhost:${front}`;
  await env.start({ LANDFALL_PUBLIC_URL: url }, behind);
  nginx = await startNginx(front, behind);
});
afterEach(async () => {
  const opened = devices.splice(0);
  for (const device of opened) await device.dispose();
  assert.deepEqual(
    opened.flatMap(({ errors }) => errors),
    [],
    "a page logged an error",
  );
});
after(async () => {
  await nginx?.stop();
  if (!nginxIsMissing) await env.stop();
});

/** A tab of a new device, which reaches the server through nginx. @param {string} email */
async function tabOf(email) {
  const device = await Device.open({ url });
  device.expected = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|413|502) )/;
  devices.push(device);
  const demo = await device.tab();
  await demo.signIn(email);
  return demo;
}

/** @param {import("./harness/demo.mjs").Demo} demo */
const texts = async (demo) => (await demo.shown()).map(({ text }) => text);

test(
  "news arrive as they are written, files are uploaded, and an outage behind nginx loses nothing",
  TEST,
  async () => {
    const email = "behind@harbour.example";
    const first = await tabOf(email);
    await first.newSession();
    await first.untilPill("synced");
    const second = await tabOf(email);
    await second.page.goto(`${url}/#/s/${await first.sessionKey()}`);
    await second.find("composer").waitFor();
    // The poll would be too slow for this number of lines.
    const lines = Array.from({ length: 6 }, (_, index) => `Line ${index + 1}`);
    for (const [index, line] of lines.entries()) {
      const [writer, reader] = index % 2 === 0 ? [first, second] : [second, first];
      await writer.write(line);
      await untilEqual("the other browser shows it", () => texts(reader), lines.slice(0, index + 1));
    }

    await env.server.kill();
    await first.write("While nginx answers 502");
    await first.untilPill("offline");
    await env.server.restart();
    const all = [...lines, "While nginx answers 502"];
    await untilEqual("it is sent", () => first.pill(), DONE);
    await untilEqual("the other browser shows it", () => texts(second), all);
    assert.deepEqual(await env.db.texts(email), all);

    const movie = { name: "crossing.mp4", buffer: film(3_000_000, 5) };
    const files = await FilesPage.open(first);
    await files.add([movie]);
    await untilEqual("it is uploaded", () => files.states(), { [movie.name]: "synced" });
    assert.equal(await files.download(movie.name), sha256(movie.buffer));
  },
);

test("a message that is larger than nginx lets pass holds up no other one, and is sent when nginx lets it pass", {
  ...TEST,
  timeout: 150_000,
}, async () => {
  const email = "large@harbour.example";
  const demo = await tabOf(email);
  await demo.newSession();
  await demo.untilPill("synced");
  const large = "é".repeat(600_000);
  const small = ["Before the large one", "After the large one"];
  for (const text of [small[0] ?? "", large, small[1] ?? ""]) await demo.write(text);
  await untilEqual("the others are sent", () => env.db.texts(email), small, GIVEN_UP_MS);
  await untilEqual("one is not", () => demo.pill(), { state: "failed", pending: 0, failed: 1 });
  await demo.panelText();
  await demo.find("failed-entry").filter({ hasText: "refuses requests of this size" }).waitFor();
  await demo.write("While the large one rests");
  await untilEqual("it is sent", () => env.db.texts(email), [...small, "While the large one rests"]);

  await nginx?.stop();
  nginx = await startNginx(front, behind, "client_max_body_size 8m;");
  // A reconnection may have sent it by then.
  await until("it is sent", async () => {
    const retry = demo.find("sync-retry-all");
    if (await retry.isVisible()) await retry.click({ timeout: 1_000 }).catch(() => {});
    return (await demo.pill()).state === "synced";
  });
  assert.deepEqual(await demo.pill(), DONE);
  assert.deepEqual(new Set(await env.db.texts(email)), new Set([...small, "While the large one rests", large]));
});
