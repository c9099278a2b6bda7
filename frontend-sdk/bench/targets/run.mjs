// `node bench/targets/run.mjs`: measures the performance targets of Kijko's document in Chromium, and prints them beside their limits. ROUNDS sets the rounds
// (5), each on a new device; SESSIONS and PROJECTS the size of the account (200 and 200).

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const release = fileURLToPath(new URL("../../../target/release/landfall", import.meta.url));
if (!process.env.LANDFALL_BIN && existsSync(release)) process.env.LANDFALL_BIN = release;

// The harness reads the setting above when it is loaded.
const { Server } = await import("../../test/e2e/harness/server.mjs");
const { Device } = await import("../../test/e2e/harness/browser.mjs");
const { measureTargets, tableOf } = await import("../../test/e2e/harness/targets.mjs");

const of = (name, or) => Number(process.env[name] ?? or);
const size = { rounds: of("ROUNDS", 5), sessions: of("SESSIONS", 200), projects: of("PROJECTS", 200) };
const server = await Server.start({ settings: { LANDFALL_RATE_LIMITS: "false" } });
try {
  const device = await Device.open(server);
  const measured = await measureTargets(server, device, size);
  await device.dispose();
  process.stdout.write(
    `${size.sessions} sessions with 50 messages each, ${size.projects} projects, ${size.rounds} rounds\n`,
  );
  process.stdout.write(`${tableOf(measured)}\n`);
} finally {
  await server.stop();
}
