// A process that plays simulations, as scripts/sim.mjs orders them, and reports each as it ends. The channels must be its own before Dexie is
// loaded.

import type { Verdict } from "./simulate";
import { ownChannels } from "./world/globals";

interface Order {
  seed: number;
  runs: number;
  /** Show what happened even where all is well. */
  trace: boolean;
  plant: string | null;
  /** Address of a real server. */
  real: string | null;
  /** Whether it was started for this process alone, which may order what those who run a server do. */
  operated: boolean;
}

/** Whole traces of the first failures; of the others the seed is enough. */
const TRACES = 2;

ownChannels();
await import("fake-indexeddb/auto");
const { simulate } = await import("./simulate");
const { RealBackend } = await import("./real-backend");
const { OperatedBackend } = await import("./operated-backend");

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
let underWay = order.seed;
// Where everybody waits for something that nobody will do, Node ends quietly.
process.once("beforeExit", () => {
  process.stdout.write(`seed ${underWay} stands still: everybody waits\n`);
  process.exit(1);
});

let failures = 0;
for (; underWay < order.seed + order.runs; underWay += 1) {
  const Backend = order.operated ? OperatedBackend : RealBackend;
  const backend = order.real === null ? undefined : new Backend(order.real, underWay);
  const verdict = await simulate(underWay, { ...(order.plant && { plant: order.plant }), ...(backend && { backend }) });
  const good = verdict.faults.length === 0;
  if (!good) failures += 1;
  if (!good || order.trace) show(verdict, order.trace || failures <= TRACES);
  process.send?.({ good });
}
process.exit(0);

function show({ seed, faults, trace }: Verdict, whole: boolean): void {
  const again = [`npm run sim -- --seed ${seed}`, order.plant && `--plant "${order.plant}"`, order.real && "--real"];
  const lines = [
    `--- ${again.filter(Boolean).join(" ")}`,
    ...(whole ? trace : []),
    ...faults.map((fault) => `FAULT ${fault}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
