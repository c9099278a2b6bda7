// Runs in the page: measures each target of Kijko's document, as the application uses the client. Times are milliseconds.

import { createDatabase, listProjects } from "../../src/compat/kijko";
import { createLandfall } from "../../src/index";

const BATCH = 15;
const PICTURE_BYTES = 2_000_000;

/** @typedef {import("../../src/types").Landfall} Landfall */

/** A new device: from the sign-in until the sessions, and the projects without their documents, are on screen. */
export async function newDevice(/** @type {string} */ email, /** @type {number} */ number) {
  const landfall = createLandfall({ name: `targets-${number}` });
  await landfall.start();
  const projects = listProjects(landfall);
  const sessions = landfall.chat.sessions();
  const stops = [projects.subscribe(() => {}), sessions.subscribe(() => {})];
  const from = performance.now();
  await landfall.auth.devSignIn({ email });
  await shown(sessions, (rows) => rows.length > 0);
  await shown(projects, (rows) => rows.length > 0);
  const ms = performance.now() - from;
  const rows = { sessions: sessions.get()?.length ?? 0, projects: projects.get()?.length ?? 0 };
  for (const stop of stops) stop();
  return { landfall, ms, rows };
}

/** One message: stored on this device and on screen. */
async function sendMessage(
  /** @type {Landfall} */ { chat },
  /** @type {string} */ sessionId,
  /** @type {string} */ content,
) {
  const messages = chat.messages(sessionId);
  const stop = messages.subscribe(() => {});
  await shown(messages, () => true);
  const from = performance.now();
  await chat.send(sessionId, { role: "user", content });
  await shown(messages, (rows) => rows.some((row) => row.content === content));
  const ms = performance.now() - from;
  stop();
  return ms;
}

/** Fifteen messages, which wait for no pause: from the last one written until the server has all. */
async function sendBatch(/** @type {Landfall} */ { chat }, /** @type {string} */ sessionId) {
  const messages = chat.messages(sessionId);
  const stop = messages.subscribe(() => {});
  for (let index = 0; index < BATCH; index += 1)
    await chat.send(sessionId, { role: "user", content: `Message ${index}. `.padEnd(300, "The tide turns at six. ") });
  const from = performance.now();
  await shown(messages, (rows) => rows.length >= BATCH && rows.every(({ revision }) => revision > 0));
  const ms = performance.now() - from;
  stop();
  return ms;
}

/** The same by the document's route, without the client: what the server and the network take of it. */
async function postBatch(/** @type {string} */ sessionId) {
  const messages = Array.from({ length: BATCH }, (_, index) => ({
    tempId: `temp-${crypto.randomUUID()}`,
    role: "user",
    content: `Message ${index}. `.padEnd(300, "The tide turns at six. "),
    createdAt: new Date().toISOString(),
  }));
  const from = performance.now();
  const answer = await fetch("/api/chat/messages/batch", {
    method: "POST",
    body: JSON.stringify({ sessionId, messages }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return performance.now() - from;
}

/** A file, by the document's snippet: stored and queued. Then from the storage again, as a device that lacks it. */
async function addFile(/** @type {Landfall} */ landfall) {
  const db = createDatabase(landfall);
  const bytes = new Uint8Array(PICTURE_BYTES);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const file = new File([bytes], "still.png", { type: "image/png" });
  const from = performance.now();
  const id = await db.assets.add({ file, uploadStatus: "pending" });
  const start = performance.now() - from;
  await shown(landfall.assets.all(), (rows) => rows.some((row) => row.id === id && row.uploadStatus === "completed"));
  const link = await presign(id);
  await db.assets.update(id, { file: undefined });
  const again = performance.now();
  const { size } = await landfall.assets.file(id);
  return { start, link, download: performance.now() - again, size };
}

/** A link, by the document's request. */
async function presign(/** @type {string} */ id) {
  const from = performance.now();
  const answer = await fetch("/api/assets/presign", {
    method: "POST",
    body: JSON.stringify({ assetIds: [id], operation: "download" }),
  });
  const { url } = await answer.json();
  if (typeof url !== "string") throw new Error("There is no link.");
  return performance.now() - from;
}

/** One round of everything, on a new device. */
export async function measure(/** @type {string} */ email, /** @type {number} */ number) {
  const { landfall, ms: login, rows } = await newDevice(email, number);
  const { id } = await landfall.chat.createSession({ title: `Round ${number}` });
  await landfall.sync.now();
  await landfall.sync.awaitInSync();
  const message = await sendMessage(landfall, id, "Hello");
  const other = await landfall.chat.createSession({ title: `Batch ${number}` });
  await landfall.sync.now();
  await landfall.sync.awaitInSync();
  const batch = await sendBatch(landfall, other.id);
  const route = await postBatch(other.id);
  const { start, link, download, size } = await addFile(landfall);
  await landfall.close();
  return { rows, size, times: { login, message, batch, route, start, link, download } };
}

/**
 * Resolves when what an observable shows passes the test.
 * @template T @param {import("../../src/types").Observable<T | undefined>} observable @param {(value: T) => boolean} test
 */
function shown(observable, test) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      let isDone = false;
      const look = () => {
        const value = observable.get();
        if (isDone || value === undefined || !test(value)) return;
        isDone = true;
        resolve();
        queueMicrotask(() => stop());
      };
      const stop = observable.subscribe(look);
      look();
    })
  );
}

Object.assign(window, { measure });
