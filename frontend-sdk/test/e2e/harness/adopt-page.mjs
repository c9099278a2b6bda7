// Runs in the page: the earlier versions of LiteChat and AppFrames, which write their old databases, and the takeover of what they wrote.

import { Dexie } from "dexie";
import { appFrames, liteChat, openOldData } from "../../../src/compat/adopt";
import { LiteChat } from "./litechat-page.mjs";

const LITECHAT = "LiteChatDatabase_Rewrite_v1";
const TIME = Date.UTC(2026, 4, 1);

/** The earlier LiteChat: 250 answers, a tree of projects, secrets and odd rows. */
async function writeLiteChat() {
  const db = new Dexie(LITECHAT);
  db.version(12).stores({
    conversations: "++id, title, createdAt, updatedAt, syncRepoId, lastSyncedAt, projectId",
    interactions: "++id, conversationId, index, type, status, startedAt, parentId, rating",
    appState: "&key",
    apiKeys: "++id, &name",
    projects: "++id, &path, parentId, createdAt, updatedAt, name",
    rules: "++id, &name, type, createdAt, updatedAt, description",
  });
  const times = { createdAt: new Date(TIME), updatedAt: new Date(TIME) };
  await db.table("projects").bulkPut([
    { id: "below", path: "/sea/notes", name: "Notes", parentId: "top", ...times },
    { id: "top", path: "/sea", name: "Sea", parentId: null, ...times },
  ]);
  await db.table("conversations").bulkPut([
    { id: "c", title: "Tides", projectId: "below", ...times },
    // The title was cut inside an emoji.
    { title: "Without an id \ud83c", ...times },
  ]);
  const answers = Array.from({ length: 250 }, (_, index) => ({
    ...{ id: `i${index}`, conversationId: "c", index, parentId: null, status: "COMPLETED" },
    ...{
      startedAt: new Date(TIME + index),
      response: `Answer ${index}`,
      metadata: { tokens: index === 0 ? Number.NaN : 1 },
    },
  }));
  await db.table("interactions").bulkPut([...answers, { id: "orphan", conversationId: "gone", index: 0 }]);
  await db.table("appState").bulkPut([
    { key: "theme", value: "dark" },
    { key: "gitGlobalPat", value: "made-up" },
  ]);
  await db.table("apiKeys").put({ id: "k", name: "Key", value: "made-up", ...times });
  await db.table("rules").put({ id: "r", name: "Short", content: "Answer shortly.", ...times });
  db.close();
}

/** The earlier AppFrames: a project, and two files of which one has no bytes any more. @param {string} png in base64 */
async function writeAppFrames(png) {
  const app = new Dexie("AppFrames");
  app.version(1).stores({ projects: "id", appState: "", mediaFiles: "id", syncState: "projectId" });
  const screens = [{ id: "1", media: "media-library/boat.png" }];
  await app.table("projects").put({ id: crypto.randomUUID(), name: "Poster", screens, updatedAt: TIME });
  await app
    .table("mediaFiles")
    .put({ id: "m", name: "boat.png", fileHandle: "media-library/boat.png", type: "image/png" });
  app.close();
  const library = new Dexie("MediaLibrary");
  library.version(1).stores({ assets: "++id, createdAt" });
  const image = { fileType: "image", mimeType: "image/png", createdAt: TIME };
  await library.table("assets").bulkPut([
    { handleName: "boat.png", fileName: "boat.png", width: 8, height: 8, ...image },
    { handleName: "lost.png", fileName: "lost.png", ...image },
  ]);
  library.close();
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("media-library", { create: true });
  const writable = await (await folder.getFileHandle("boat.png", { create: true })).createWritable();
  await writable.write(Uint8Array.from(atob(png), (character) => character.charCodeAt(0)));
  await writable.close();
}

/** @param {import("../../../src/index").Landfall} landfall */
function takeovers(landfall) {
  return [openOldData(landfall, liteChat()), openOldData(landfall, appFrames())];
}

/** How many rows each old database has, and the files of the old folder. */
async function leftOver() {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { name = "" } of await indexedDB.databases()) {
    if (![LITECHAT, "AppFrames", "MediaLibrary"].includes(name)) continue;
    const db = await new Dexie(name).open();
    for (const table of db.tables) counts[`${name}.${table.name}`] = await table.count();
    db.close();
  }
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("media-library").catch(() => null);
  if (folder) for await (const name of folder.keys()) counts[`media-library/${name}`] = 1;
  return counts;
}

/** What the application shows: conversations with their answers, a setting and a secret. @param {LiteChat} app */
async function shown({ service }) {
  const shown = [];
  for (const { id, title } of await service.loadConversations())
    shown.push(`${title}: ${(await service.loadInteractionsForConversation(String(id))).length}`);
  const projects = (await service.loadProjects()).map(({ name, parentId }) => `${name} in ${parentId}`);
  const settings = [await service.loadSetting("theme", "none"), await service.loadSetting("gitGlobalPat", "none")];
  return [...shown.sort(), ...projects.sort(), ...settings].join(", ");
}

/** The picture and the project of AppFrames. @param {LiteChat} app */
async function boatOf({ landfall }) {
  /** @type {import("../../../src/types").AssetRow[]} */
  const rows = await new Promise((resolve) => landfall.assets.all().subscribe((all) => all && resolve(all)));
  const [boat] = rows;
  const bytes = await (await landfall.assets.file(boat?.id ?? "")).arrayBuffer();
  const hash = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  const posters = (await landfall.projects.list()).filter(({ name }) => name === "Poster");
  return {
    files: rows.length,
    width: boat?.width,
    hash: hash.map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    screens: posters.map(({ data }) => data?.screens),
  };
}

Object.assign(window, { page: { LiteChat, writeLiteChat, writeAppFrames, takeovers, leftOver, shown, boatOf } });
