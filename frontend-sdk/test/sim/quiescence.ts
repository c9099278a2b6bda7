// The end of a simulation. All faults stop, every device has a network, and the actors resolve what failed. All devices
// must then reach the server's state.

import { EXCLUDABLE } from "./actors";
import { openTab } from "./faults";
import { converged } from "./invariants";
import type { Context } from "./simulate";
import type { Device, Tab } from "./simulation/device";
import { NO_FAULTS } from "./simulation/network";
import { type DeviceRows, type Rows, readDevice, readServer } from "./stored-rows";

/** The number of rounds, of fifteen seconds each, in which the devices must converge. */
const ROUNDS = 16;

/** Stops all faults and returns the final rows of the server and of every device. */
export async function reachQuiescence(context: Context): Promise<{ server: Rows; devices: DeviceRows[] }> {
  const { simulation, backend, email } = context;
  simulation.note("quiescence");
  simulation.network.faultRates = NO_FAULTS;
  simulation.network.down = false;
  for (const device of simulation.devices) reconnect(context, device);
  await simulation.advance(2_000);
  for (let round = 0; ; round += 1) {
    // These calls are not awaited: they may wait for the clock.
    for (const device of simulation.devices) void finishWork(context, device, round);
    await simulation.advance(15_000);
    const { userId, rows: server } = await readServer(backend, email);
    const devices: DeviceRows[] = [];
    for (const device of simulation.devices) devices.push(await readDevice(device, userId));
    if (converged(devices, server) || round === ROUNDS) return { server, devices };
  }
}

/** Gives the device a network, at least one tab and the newest version of the application. */
function reconnect(context: Context, device: Device): void {
  device.offline = false;
  for (const tab of device.tabs) tab.crashAfter(Number.POSITIVE_INFINITY);
  const { landfallUnknown } = globalThis as { landfallUnknown?: Map<string, unknown> };
  if (landfallUnknown?.delete(device.appName)) for (const tab of [...device.tabs]) tab.crash();
  if (device.tabs.length === 0) openTab(context, device);
}

async function finishWork(context: Context, device: Device, round: number): Promise<void> {
  const [tab] = device.tabs;
  if (!tab) return;
  const { landfall } = tab;
  const { status, expired } = landfall.auth.session.get();
  if (status !== "signed-in" || expired) await landfall.auth.devSignIn({ email: context.email }).catch(() => {});
  await landfall.sync.resume().catch(() => {});
  if (context.rare) for (const name of EXCLUDABLE) await landfall.sync.include(name).catch(() => {});
  if (round === 0) await landfall.sync.retryAll().catch(() => {});
  else await resolveFailures(context, device, tab);
  await landfall.sync.now().catch(() => {});
}

/** Discards the rejected entries of a device and resolves its conflicts. */
async function resolveFailures(
  { simulation, history, rng, userId }: Context,
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
  const rejected = queue.filter(({ status, error }) => status === "failed" && error?.kind !== "conflict");
  for (const { id, collection, key, error } of rejected) {
    simulation.note(`${name}: discards ${collection}/${key}: ${error?.code}, ${error?.reason}`);
    history.noteDecision(collection, key);
    await landfall.sync.discard(id).catch(() => {});
  }
}
