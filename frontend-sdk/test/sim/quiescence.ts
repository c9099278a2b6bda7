// The end of a simulation. All faults stop, every device has a network, and the actors resolve what failed. All devices
// must then reach the server's state.

import { EXCLUDABLE } from "./actors";
import { endCondition } from "./conditions";
import { openTab } from "./faults";
import { converged } from "./invariants";
import type { Context } from "./simulate";
import type { Device, Tab } from "./simulation/device";
import { NO_FAULTS } from "./simulation/network";
import { type DeviceRows, type Rows, readDevice, readServer } from "./stored-rows";

/** The number of rounds, of fifteen seconds each, in which the devices must converge. Under a condition no call hurries them, and a line may be slow. */
const [ROUNDS, LONG_ROUNDS] = [16, 80];

/** Stops all faults and returns the final rows of the server and of every device. */
export async function reachQuiescence(context: Context): Promise<{ server: Rows; devices: DeviceRows[] }> {
  const { simulation, backend, email } = context;
  simulation.note("quiescence");
  simulation.network.faultRates = NO_FAULTS;
  simulation.network.down = false;
  await endCondition(context);
  for (const device of simulation.devices) {
    reconnect(context, device);
    await simulation.runTurns(1);
  }
  await simulation.advance(2_000);
  for (let round = 0; ; round += 1) {
    // These calls are not awaited: they may wait for the clock.
    for (const device of simulation.devices) {
      void finishWork(context, device, round);
      await simulation.runTurns(1);
    }
    await simulation.advance(15_000);
    const { userId, rows: server } = await readServer(backend, email);
    const devices: DeviceRows[] = [];
    for (const device of simulation.devices) devices.push(await readDevice(device, userId));
    if (round === (context.condition ? LONG_ROUNDS : ROUNDS)) return { server, devices };
    if (!converged(devices, server)) continue;
    // What a tab does that was frozen until now must change nothing.
    const frozen = simulation.devices.flatMap(({ tabs }) => tabs.filter((tab) => tab.frozen));
    if (frozen.length === 0) return { server, devices };
    for (const tab of frozen) tab.unfreeze();
  }
}

/** Gives the device a network, at least one tab and the newest version of the application. */
function reconnect(context: Context, device: Device): void {
  device.offline = false;
  for (const tab of device.tabs) tab.crashAfter(Number.POSITIVE_INFINITY);
  const { landfallUnknown } = globalThis as { landfallUnknown?: Map<string, unknown> };
  if (landfallUnknown?.delete(device.appName)) for (const tab of [...device.tabs]) tab.crash();
  if (device.awake.length === 0) openTab(context, device);
}

async function finishWork(context: Context, device: Device, round: number): Promise<void> {
  const [tab] = device.awake;
  if (!tab) return;
  const { landfall } = tab;
  const { status, expired } = landfall.auth.session.get();
  if (status !== "signed-in" || expired) await landfall.auth.devSignIn({ email: context.email }).catch(() => {});
  const isAlone = context.condition !== null;
  if (round === 0 || !isAlone) {
    await landfall.sync.resume().catch(() => {});
    if (context.rare) for (const name of EXCLUDABLE) await landfall.sync.include(name).catch(() => {});
  }
  if (round > 0) await resolveFailures(context, device, tab);
  // Under a condition no call hurries a device: what waits goes by itself.
  if (isAlone) return;
  if (round === 0) await landfall.sync.retryAll().catch(() => {});
  await landfall.sync.now().catch(() => {});
}

/** Discards the rejected entries of a device and resolves its conflicts. */
async function resolveFailures(
  { simulation, history, rng, userId, condition }: Context,
  device: Device,
  { name, landfall }: Tab,
): Promise<void> {
  const { queue, conflicts } = await readDevice(device, userId);
  const choices = rng.fork();
  for (const { collection, key } of conflicts) {
    const side = choices.pick(["mine", "theirs"] as const);
    simulation.note(`${name}: conflict about ${collection}/${key}: ${side}`);
    history.noteDecision(collection, key);
    await landfall.conflicts.resolve({ collection, key }, side).catch(() => {});
  }
  // What was given up, or parked for a collection that the server did not know, goes by itself.
  const goesAlone = (error: (typeof queue)[number]["error"]) =>
    condition !== null && (error?.kind === "gave-up" || error?.code === "unknown_collection");
  const rejected = queue.filter(
    ({ status, error }) => status === "failed" && error?.kind !== "conflict" && !goesAlone(error),
  );
  for (const { id, collection, key, error } of rejected) {
    simulation.note(`${name}: discards ${collection}/${key}: ${error?.code}, ${error?.reason}`);
    history.noteDecision(collection, key);
    await landfall.sync.discard(id).catch(() => {});
  }
}
