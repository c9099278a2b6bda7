// A browser without room for what is written or received. The person is told, nothing that was stored is lost, and the work goes on when there is room.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { Demo } from "./harness/demo.mjs";
import { FilesPage } from "./harness/files.mjs";
import { film, sha256 } from "./harness/pictures.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };
const NO_ROOM = /no room left/;
/** Room for the shell, for the databases and for some messages of `noise`. */
const LITTLE = 3_500_000;
/** A text that can't be compressed, so that its length is the room that it takes. */
const noise = () => randomBytes(135_000).toString("base64");

/** The demo on a new device that has this room, in bytes, until `enlarge` is called. @param {number} room */
async function deviceWith(room) {
  const { context } = await env.device();
  const page = await context.newPage();
  const browser = await context.newCDPSession(page);
  const { url: origin } = env.server;
  // Before anything is stored: the browser counts its room again only after half a minute.
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: room });
  const demo = new Demo(page, origin);
  await demo.open();
  return { demo, enlarge: () => browser.send("Storage.overrideQuotaForOrigin", { origin }) };
}

/** @param {Demo} demo */
const problem = (demo) => demo.page.locator(".problem", { hasText: NO_ROOM });
/** @param {Demo} demo */
const contents = async (demo) => (await demo.shown()).map(({ text }) => text);

test(
  "a message without room is not written, and what was written before is sent when there is room",
  LIMIT,
  async () => {
    const email = "full-writer@harbour.example";
    const { demo, enlarge } = await deviceWith(LITTLE);
    await demo.signIn(email);
    await demo.newSession();
    await demo.untilPill("synced");
    await demo.untilShellIsCached();
    await demo.simulateOffline(true);
    await demo.untilPill("offline");
    /** @type {string[]} */
    const written = [];
    let text = noise();
    const composer = demo.find("composer");
    for (;;) {
      await composer.fill(text);
      await composer.press("Enter");
      const isThere = async () => (await demo.shown()).length > written.length;
      await until("the message is there, or refused", async () => (await isThere()) || problem(demo).isVisible());
      if (await problem(demo).isVisible()) break;
      written.push(text);
      text = noise();
    }
    assert.ok(written.length > 2, `${written.length} messages had room`);
    assert.equal(await composer.inputValue(), text, "the refused text is in the field again");
    const assertKept = async () => {
      const { state, ...counts } = await demo.pill();
      // Where the browser has refused a write of the queue too, that is the reason that is shown.
      assert.match(String(state), /^(offline|paused)$/);
      assert.deepEqual(counts, { pending: written.length, failed: 0 });
    };
    await assertKept();
    const shown = await contents(demo);
    await demo.page.reload();
    await untilEqual("what was written is there", () => contents(demo), shown);
    await assertKept();

    await enlarge();
    await demo.simulateOffline(false);
    await untilEqual("it is sent", () => demo.pill(), DONE);
    assert.deepEqual(await env.db.texts(email), written);
    assert.equal(await composer.inputValue(), text, "the refused text is still in the field");
    await composer.press("Enter");
    await untilEqual("it is sent too", () => env.db.texts(email), [...written, text]);
  },
);

test("a device without room for what it receives says why, and has all of it when there is room", LIMIT, async () => {
  const email = "full-reader@harbour.example";
  const api = await Api.signIn(env.server, email);
  const { id: sessionId } = await api.send("POST", "/api/chat/sessions", { title: "Long" });
  const createdAt = new Date().toISOString();
  /** @type {string[]} */
  const sent = [];
  for (let batch = 0; batch < 8; batch += 1) {
    const messages = Array.from({ length: 4 }, () => ({ sessionId, role: "user", content: noise(), createdAt }));
    sent.push(...messages.map(({ content }) => content));
    await api.send("POST", "/api/chat/messages/batch", { messages });
  }
  const { demo, enlarge } = await deviceWith(LITTLE);
  await demo.signIn(email);
  await demo.untilPill("paused");
  assert.match(await demo.panelText(), NO_ROOM);

  await enlarge();
  await demo.find("sync-now").click();
  await untilEqual("everything is there", () => demo.pill(), DONE);
  const { messages } = await demo.tables(await env.db.userId(email));
  assert.deepEqual(
    messages.map(({ content }) => content),
    sent,
  );
});

test("a file without room is refused and told, and is uploaded when there is room", LIMIT, async () => {
  const { demo, enlarge } = await deviceWith(LITTLE);
  await demo.signIn("full-files@harbour.example");
  await demo.untilPill("synced");
  const movie = { name: "crossing.mp4", buffer: film(5_000_000, 3) };
  const files = await FilesPage.open(demo);
  await files.choose([movie], () => problem(demo).waitFor());
  assert.deepEqual(await files.shown(), []);
  assert.deepEqual(await demo.pill(), DONE);

  await enlarge();
  await files.add([movie]);
  await untilEqual("it is uploaded", () => files.states(), { [movie.name]: "synced" });
  assert.equal(await files.download(movie.name), sha256(movie.buffer));
});
