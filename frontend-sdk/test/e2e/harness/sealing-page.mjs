// Runs in the page: an application that seals its secrets and two of its collections.

import { createLandfall } from "../../../src/index";
import { createSealing } from "../../../src/sealing";
import { pageClient } from "./page-client.mjs";

const sealing = createSealing({ collections: ["conversations", "interactions"] });
const landfall = createLandfall({ name: "sealed", sealing });

const { signIn, sync } = pageClient(landfall);

/** Resolves when the sealing has this state. @param {string} wanted */
function becomes(wanted) {
  return new Promise((resolve) => sealing.state.subscribe((state) => state === wanted && resolve(state)));
}

/** Rows with a canary in every place that is sealed. @param {string} canary */
async function write(canary) {
  const { settings, apiKeys, syncRepos, providerConfigs, mods, conversations, interactions } = landfall.collections;
  const put = (/** @type {any} */ collection, /** @type {object} */ row) => collection.put(row);
  await put(settings, { key: "gitGlobalPat", value: canary });
  await put(settings, {
    key: "mcpServers",
    value: [{ id: "m", url: "http://localhost", headers: { "X-Key": canary } }],
  });
  await put(settings, { key: "theme", value: "dark" });
  await put(apiKeys, { id: "k", name: "Work", value: canary });
  await put(syncRepos, { id: "r", name: "Notes", remoteUrl: `https://anna:${canary}@git.example/r`, password: canary });
  await put(providerConfigs, { id: "p", name: "P", type: "t", apiKey: canary });
  await put(mods, { id: "m", name: "M", sourceUrl: `https://anna:${canary}@example.com/m.js` });
  await put(conversations, { id: "c", title: canary, metadata: { note: canary } });
  await put(interactions, { id: "i", conversationId: "c", index: 0, prompt: { text: canary }, response: canary });
}

/** Everything that this device has of the collections, as text. */
async function read() {
  const names = /** @type {const} */ ([
    ...["settings", "apiKeys", "syncRepos", "providerConfigs", "mods", "conversations", "interactions"],
  ]);
  const rows = await Promise.all(names.map((name) => landfall.collections[/** @type {"tags"} */ (name)].list()));
  return JSON.stringify(rows, (_name, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

Object.assign(window, { app: { landfall, sealing, signIn, sync, becomes, write, read } });
