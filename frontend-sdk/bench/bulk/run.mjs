// `node bench/bulk/run.mjs`: writes many rows by the client and by a loop of Dexie, in turn, in Chromium. ROWS sets their number (1,000), ROUNDS the rounds
// (5), of which the medians are printed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROWS = Number(process.env.ROWS ?? 1_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const site = await mkdtemp(join(tmpdir(), "landfall-bench-"));
process.env.LANDFALL_FRONTEND = site;
await build({
  root: at("."),
  logLevel: "warn",
  resolve: { alias: { "@landfall/client": at("../../src/index.ts") } },
  build: { outDir: site, emptyOutDir: true, modulePreload: { polyfill: false } },
});

// The harness reads the setting above when it is loaded.
const { Server } = await import("../../test/e2e/harness/server.mjs");
const { Device } = await import("../../test/e2e/harness/browser.mjs");

const server = await Server.start({ settings: { LANDFALL_RATE_LIMITS: "false" } });
try {
  const device = await Device.open(server);
  const page = await device.context.newPage();
  await page.goto(server.url);
  const rounds = { client: [], dexie: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.dexie.push(await page.evaluate((rows) => window.ofDexie(rows), ROWS));
    rounds.client.push(await page.evaluate((rows) => window.ofClient(rows), ROWS));
  }
  await device.dispose();
  for (const what of ["put", "update", "remove", "read"]) {
    const [client, dexie] = [median(rounds.client, what), median(rounds.dexie, what)];
    const ratio = (client / dexie).toFixed(2);
    process.stdout.write(
      `${what} of ${ROWS} rows: client ${client.toFixed(0)} ms, Dexie ${dexie.toFixed(0)} ms, ratio ${ratio}\n`,
    );
  }
} finally {
  await server.stop();
  await rm(site, { recursive: true, force: true });
}

function median(rounds, what) {
  const sorted = rounds.map((round) => round[what]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
