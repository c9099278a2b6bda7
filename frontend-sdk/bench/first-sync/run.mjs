// `make bench-client`: measures the first sync of a new device in Chromium from a real server, beside a bare bulkPut of
// the same rows in the same browser. MESSAGES and PROJECTS set the size (100,000 and 1,000).

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const MESSAGES = Number(process.env.MESSAGES ?? 100_000);
const PROJECTS = Number(process.env.PROJECTS ?? 1_000);
const SESSIONS = 200;
const EMAIL = "bench@harbour.example";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const release = at("../../../target/release/landfall");
if (!process.env.LANDFALL_BIN && existsSync(release)) process.env.LANDFALL_BIN = release;
const site = await mkdtemp(join(tmpdir(), "landfall-bench-"));
process.env.LANDFALL_FRONTEND = site;
await build({
  root: at("."),
  logLevel: "warn",
  resolve: { alias: { "@landfall/client": at("../../src/index.ts") } },
  build: { outDir: site, emptyOutDir: true, modulePreload: { polyfill: false } },
});

// The harness reads the settings above when it is loaded.
const { Server } = await import("../../test/e2e/harness/server.mjs");
const { Device } = await import("../../test/e2e/harness/browser.mjs");
const { Api } = await import("../../test/e2e/harness/api.mjs");

const server = await Server.start({ settings: { LANDFALL_RATE_LIMITS: "false" } });
try {
  await seed(await Api.signIn(server, EMAIL));
  const idle = await residentMib();
  const device = await Device.open(server);
  const page = await device.context.newPage();
  await page.goto(server.url);
  const sync = await page.evaluate((email) => window.firstSync(email), EMAIL);
  const after = await residentMib();
  const floor = await page.evaluate(() => window.bulkPut());
  await device.dispose();
  const seconds = ({ ms }) => (ms / 1000).toFixed(1);
  say(`server: ${process.env.LANDFALL_BIN ?? "target/debug/landfall"}`);
  say(`first sync of ${floor.rows} rows: ${seconds(sync)} s, its progress shown ${sync.shown} times`);
  say(`bare Dexie bulkPut of the same rows: ${seconds(floor)} s`);
  say(`the first sync takes ${(sync.ms / floor.ms).toFixed(2)} times as long`);
  say(`memory of the server: ${idle} MiB before, ${after} MiB after`);
} finally {
  await server.stop();
  await rm(site, { recursive: true, force: true });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

async function seed(api) {
  const sessions = Array.from({ length: SESSIONS }, () => crypto.randomUUID());
  for (const id of sessions) await api.send("POST", "/api/chat/sessions", { id, title: `Session ${id.slice(0, 8)}` });
  for (let from = 0; from < MESSAGES; from += 500) {
    const messages = Array.from({ length: Math.min(500, MESSAGES - from) }, (_, index) => ({
      tempId: `temp-${from + index}`,
      sessionId: sessions[(from / 500) % SESSIONS],
      role: index % 2 ? "assistant" : "user",
      content: `Message ${from + index}. `.padEnd(300, "The tide turns at six. "),
      createdAt: new Date(1_760_000_000_000 + (from + index) * 1000).toISOString(),
    }));
    await api.send("POST", "/api/chat/messages/batch", { messages });
  }
  for (let index = 0; index < PROJECTS; index += 1) {
    const data = { frames: Array.from({ length: 10 }, (_, frame) => ({ frame, x: frame * 10, text: "Harbour" })) };
    await api.send("PUT", `/api/projects/project-${index}`, { name: `Project ${index}`, data, baseRevision: 0 });
  }
}

async function residentMib() {
  const status = await readFile(`/proc/${server.pid}/status`, "utf8");
  return Math.round(Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024);
}
