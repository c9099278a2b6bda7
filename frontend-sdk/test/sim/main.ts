// The process in which scripts/sim.mjs runs simulations. It reports each one when it ends. It replaces the channels
// before Dexie is loaded.

import type { Verdict } from "./simulate";
import { replaceChannels } from "./simulation/globals";
import { replaceAbort } from "./simulation/light-abort";
import { replaceClone } from "./simulation/plain-clone";

interface Batch {
  seed: number;
  runs: number;
  /** Print the trace of successful simulations too. */
  trace: boolean;
  fault: string | null;
  /** Whether half of the simulations have a condition. */
  conditions: boolean;
  /** URL of a real server. */
  real: string | null;
  /**
   * Whether the server serves this process alone. The simulation may then run its retention, back it up and restore it.
   */
  dedicated: boolean;
}

/** The number of failures with a full trace. The others print their seed only. */
const TRACES = 2;

replaceChannels();
replaceClone();
replaceAbort();
await import("fake-indexeddb/auto");
await (await import("./preload")).preload();
const { simulate } = await import("./simulate");
const { RealBackend } = await import("./real-backend");
const { DedicatedBackend } = await import("./dedicated-backend");

const batch = JSON.parse(process.argv[2] ?? "{}") as Batch;
let current = batch.seed;
// Node exits without an error when no task is left. The simulation then waits for an event that never happens.
process.once("beforeExit", () => {
  process.stdout.write(`seed ${current} never ends: every task waits\n`);
  process.exit(1);
});

let failures = 0;
for (; current < batch.seed + batch.runs; current += 1) {
  const Backend = batch.dedicated ? DedicatedBackend : RealBackend;
  const backend = batch.real === null ? undefined : new Backend(batch.real, current);
  const verdict = await simulate(current, {
    conditions: batch.conditions,
    ...(batch.fault && { fault: batch.fault }),
    ...(backend && { backend }),
  });
  const passed = verdict.violations.length === 0;
  if (!passed) failures += 1;
  if (!passed || batch.trace) show(verdict, batch.trace || failures <= TRACES);
  process.send?.({ passed });
}
process.exit(0);

function show({ seed, violations, trace }: Verdict, withTrace: boolean): void {
  const command = [`npm run sim -- --seed ${seed}`, batch.fault && `--fault "${batch.fault}"`, batch.real && "--real"];
  const lines = [
    `--- ${command.filter(Boolean).join(" ")}`,
    ...(withTrace ? trace : []),
    ...violations.map((violation) => `VIOLATION ${violation}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
