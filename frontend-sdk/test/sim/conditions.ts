// What is unusual in some simulations, beside the faults of their steps: clocks that are set, slow lines, frozen tabs, older servers, and a
// device that was used before its first sign-in. A simulation has one condition at most. Its choices come from a generator of its own, so that the other
// simulations stay as they are.

import { addRowTo, send, startAction } from "./actors";
import { beginAsGuest } from "./guests";
import { Rng } from "./rng";
import type { Context } from "./simulate";
import type { Device } from "./simulation/device";

export type ConditionName = "clock steps" | "slow lines" | "frozen tabs" | "older server" | "guest";

export interface Condition {
  name: ConditionName;
  rng: Rng;
}

/** With it, the seeds of `failed-seeds.json` and of the known faults have no condition: they stay what they were. */
const SALT = 0x1422f;

const HOUR_MS = 3_600_000;
const STEPS_MS = [-400 * 24 * HOUR_MS, -26 * HOUR_MS, -3 * HOUR_MS, -HOUR_MS, HOUR_MS, 5 * HOUR_MS, 400 * 24 * HOUR_MS];

/** Leaves of the graph of references: nothing that the older server knows refers to them. */
const LACKED = [["interactions"], ["tagRuleLinks"], ["settings"], ["conversations", "interactions"]];

export function conditionOf(seed: number): Condition | null {
  const rng = new Rng(seed ^ SALT);
  const name = rng.weighted({
    none: 50,
    "clock steps": 10,
    "slow lines": 8,
    "frozen tabs": 12,
    "older server": 10,
    guest: 10,
  });
  return name === "none" ? null : { name, rng };
}

/** Before the first step, when nobody has signed in. */
export async function beginCondition(context: Context): Promise<void> {
  const { condition, simulation } = context;
  if (!condition) return;
  simulation.note(`condition: ${condition.name}`);
  if (condition.name === "slow lines") for (const device of simulation.devices) slowDown(context, device);
  if (condition.name === "older server") replaceServer(context);
  if (condition.name === "guest") await beginAsGuest(context, simulation.devices.at(-1) as Device);
}

/** Before each step. */
export function disturb(context: Context): void {
  const { condition, simulation } = context;
  if (!condition?.rng.percent(30)) return;
  const { name, rng } = condition;
  const device = rng.pick(simulation.devices);
  if (name === "clock steps") setClock(context, device, rng.pick(STEPS_MS));
  if (name === "frozen tabs") freezeOrContinue(context, device);
  if (name === "older server" && rng.percent(25)) replaceServer(context);
}

/** Ends the condition, or what of it people and operators end: devices must converge on slow lines and beside frozen tabs. */
export async function endCondition(context: Context): Promise<void> {
  const { condition, backend, simulation } = context;
  if (!condition) return;
  // A server that knows every collection may never be upgraded.
  if (condition.name === "older server")
    backend.becomeVersion?.(condition.rng.percent(50) ? { collections: [], refusesUnknown: false } : null);
  // Half of the frozen tabs are never looked at again.
  if (condition.name === "clock steps")
    for (const device of simulation.devices) await setBackBehindWrite(context, device);
  const tabs = simulation.devices.flatMap((device) => device.tabs);
  for (const tab of tabs) if (!tab.frozen || condition.rng.percent(50)) tab.unfreeze();
}

function slowDown({ simulation, condition }: Context, device: Device): void {
  const rng = condition?.rng ?? new Rng(0);
  device.line = { latencyMs: rng.pick([50, 500, 1_500]), bytesPerMs: rng.pick([6, 8, 12]) };
  simulation.note(`${device.name} has a slow line: ${JSON.stringify(device.line)}`);
}

function setClock({ simulation }: Context, device: Device, ms: number): void {
  device.clockErrorMs += ms;
  simulation.note(`the clock of ${device.name} is set by ${ms / HOUR_MS} h`);
}

/** The clock is set back while a write waits for its time, and nothing is written after that. */
async function setBackBehindWrite(context: Context, device: Device): Promise<void> {
  const { simulation, condition } = context;
  const [tab] = device.awake;
  if (!tab || !condition) return;
  for (let left = 2; left > 0; left -= 1) startAction(send, context, device, tab);
  await simulation.untilIdle();
  setClock(context, device, -condition.rng.pick([1, 3, 26]) * HOUR_MS);
}

/** A browser freezes a tab that nobody looks at, mostly while it waits for an answer. */
function freezeOrContinue({ condition, simulation }: Context, { tabs, name }: Device): void {
  const rng = condition?.rng;
  if (!rng || tabs.length === 0) return;
  const tab = rng.pick(tabs);
  if (tab.frozen) tab.unfreeze();
  else if (rng.percent(50)) tab.freeze();
  else {
    simulation.note(`${name}: the next answer finds ${tab.name} frozen`);
    tab.freezeAtAnswer();
  }
}

/** Replaces the server by an older version, or by the newest. A device may write what it lacks before it knows that. */
function replaceServer(context: Context): void {
  const { backend, condition, simulation } = context;
  if (!backend.becomeVersion || !condition) return;
  const { rng } = condition;
  const lacks = rng.percent(75) ? { collections: rng.pick(LACKED), refusesUnknown: rng.percent(30) } : null;
  simulation.note(lacks ? `the server is older: ${JSON.stringify(lacks)}` : "the server is the newest");
  backend.becomeVersion(lacks);
  const device = rng.pick(simulation.devices);
  const [tab] = device.awake;
  if (!lacks || !tab || rng.percent(50)) return;
  const name = rng.pick(lacks.collections);
  startAction((actor) => addRowTo(actor, name), { ...context, rng }, device, tab);
}
