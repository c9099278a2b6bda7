// Runs simulations of the SDK (test/sim): bundles them with the SDK's sources and plays them in processes of a few hundred each, since a
// process that has seen thousands of databases grows slow. `npm run sim -- --help` tells what can be asked.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const HELP = `npm run sim -- [options]
  --seed N      the first seed (1)
  --runs N      how many simulations, one seed each (1; then its whole trace is shown)
  --jobs N      processes beside each other (2)
  --real        against real servers of its own instead of the model, which are swept, and set back to backups; --real URL: against that one,
                which is not
  --plant NAME  with a fault put in on purpose: the simulations should fail. A name with underscores is one of a real server that was built with
                such faults (src/planted)
`;
/** Simulations of one process. */
const CHUNK = 100;

const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = `${root}node_modules/.cache/landfall-sim`;
const given = process.argv.slice(2);
const number = (name, otherwise) => (given.includes(name) ? Number(given[given.indexOf(name) + 1]) : otherwise);
const text = (name) => {
  const next = given.includes(name) ? given[given.indexOf(name) + 1] : undefined;
  return next?.startsWith("--") ? undefined : next;
};

if (given.includes("--help")) {
  process.stdout.write(HELP);
  process.exit(0);
}
await build({
  root,
  configFile: false,
  logLevel: "error",
  define: { __LANDFALL_PLANTED__: "true" },
  // Ids must come from the seed.
  resolve: { alias: { uuid: `${root}test/sim/seeded-uuid.ts` } },
  build: {
    ssr: `${root}test/sim/main.ts`,
    outDir,
    target: "node20",
    rolldownOptions: { output: { entryFileNames: "main.mjs" } },
  },
});

const [real, address] = [given.includes("--real"), text("--real")];
const started = Date.now();
const [first, runs] = [number("--seed", 1), number("--runs", 1)];
const chunks = Array.from({ length: Math.ceil(runs / CHUNK) }, (_, index) => {
  const seed = first + index * CHUNK;
  return { seed, runs: Math.min(CHUNK, first + runs - seed) };
});
let failed = 0;
await Promise.all(Array.from({ length: number("--jobs", 2) }, work));
const seconds = Math.round((Date.now() - started) / 1000);
process.stdout.write(`simulations: ${runs - failed} passed, ${failed} failed (${seconds} s)\n`);
process.exitCode = failed > 0 ? 1 : 0;

async function work() {
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
    // A server for each process: nobody else's data is swept or set back with it.
    const server = real && !address ? await startServer() : null;
    // Not `failed += await ..`: that adds to what `failed` was before the other processes ended.
    const bad = await play(chunk, server);
    failed += bad;
    await server?.stop();
  }
}

/** How many failed. A process that breaks has failed in all that it did not get to. */
function play(chunk, server) {
  const where = { real: server?.url ?? address ?? null, operated: server !== null };
  const order = { ...chunk, trace: runs === 1, plant: text("--plant") ?? null, ...where };
  return new Promise((resolve) => {
    let left = chunk.runs;
    let bad = 0;
    const child = fork(`${outDir}/main.mjs`, [JSON.stringify(order)], { execArgv: ["--max-semi-space-size=64"] });
    child.on("message", (message) => {
      if ("order" in message) return operate(server, message.order, child);
      left -= 1;
      if (!message.good) bad += 1;
    });
    child.on("exit", () => {
      if (left > 0) process.stdout.write(`seed ${chunk.seed + chunk.runs - left} and what follows it did not end\n`);
      resolve(bad + left);
    });
  });
}

async function startServer() {
  const { OperatedServer } = await import("../test/e2e/harness/operated-server.mjs");
  const plant = text("--plant") ?? "";
  // A simulation asks as fast as it can, as nobody does.
  const settings = { LANDFALL_RATE_LIMITS: "false", ...(plant.includes("_") && { LANDFALL_PLANTED: plant }) };
  return OperatedServer.start(settings);
}

/** Does what the simulation can't: sweep, backup or restore. */
async function operate(server, what, child) {
  const error = await server[what]().then(
    () => null,
    ({ message }) => message,
  );
  child.send({ error });
}
