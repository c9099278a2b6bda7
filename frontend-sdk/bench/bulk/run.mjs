// `node bench/bulk/run.mjs`: writes many rows by the client and by a loop of Dexie, in turn, in Chromium. ROWS sets their number (1,000), ROUNDS the rounds
// (5), of which the medians are printed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";
import { Device } from "../../test/e2e/harness/browser.mjs";

const ROWS = Number(process.env.ROWS ?? 1_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const site = await mkdtemp(join(tmpdir(), "landfall-bench-"));
const settings = { root: at("."), logLevel: "warn", build: { outDir: site, emptyOutDir: true } };
await build({ ...settings, resolve: { alias: { "@landfall/client": at("../../src/index.ts") } } });
// The rows stay on the device, so the page needs no server of Landfall.
const server = await preview({ ...settings, preview: { port: 0 } });
try {
  const device = await Device.open({ url: String(server.resolvedUrls?.local[0]) });
  const page = await device.context.newPage();
  await page.goto(String(server.resolvedUrls?.local[0]));
  const rounds = { client: [], dexie: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.dexie.push(await page.evaluate((rows) => window.ofDexie(rows), ROWS));
    rounds.client.push(await page.evaluate((rows) => window.ofClient(rows), ROWS));
  }
  await device.dispose();
  for (const what of ["put", "update", "remove", "read"]) {
    const [client, dexie] = [median(rounds.client, what), median(rounds.dexie, what)];
    const times = `client ${client.toFixed(0)} ms, Dexie ${dexie.toFixed(0)} ms`;
    process.stdout.write(`${what} of ${ROWS} rows: ${times}, ratio ${(client / dexie).toFixed(2)}\n`);
  }
} finally {
  await server.close();
  await rm(site, { recursive: true, force: true });
}

function median(rounds, what) {
  const sorted = rounds.map((round) => round[what]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
