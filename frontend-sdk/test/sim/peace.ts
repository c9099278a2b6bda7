// The end of a world: nothing goes wrong any more, everybody is there and does what the SDK asks people to do. Then all must come to rest.

import { converged } from "./judge";
import { open } from "./mischief";
import type { Stage } from "./simulate";
import { type DeviceView, type Rows, viewOfDevice, viewOfServer } from "./view";
import type { Device, Tab } from "./world/device";
import { CALM } from "./world/network";

/** Rounds of fifteen seconds in which a world must come to rest. */
const ROUNDS = 16;

/** What everybody has in the end. */
export async function makePeace(stage: Stage): Promise<{ server: Rows; devices: DeviceView[] }> {
  const { world, backend, email } = stage;
  world.note("peace");
  world.network.weather = CALM;
  world.network.down = false;
  for (const device of world.devices) gather(stage, device);
  await world.pass(2_000);
  for (let round = 0; ; round += 1) {
    // Not waited for: they may wait for time to pass.
    for (const device of world.devices) void comeToRest(stage, device, round);
    await world.pass(15_000);
    const { userId, rows: server } = await viewOfServer(backend, email);
    const devices: DeviceView[] = [];
    for (const device of world.devices) devices.push(await viewOfDevice(device, userId));
    if (converged(devices, server) || round === ROUNDS) return { server, devices };
  }
}

/** Everybody has a network, one tab at least, and the newest version of the app. */
function gather(stage: Stage, device: Device): void {
  device.offline = false;
  for (const tab of device.tabs) tab.crashAfter(Number.POSITIVE_INFINITY);
  const { landfallUnknown } = globalThis as { landfallUnknown?: Map<string, unknown> };
  if (landfallUnknown?.delete(device.appName)) for (const tab of [...device.tabs]) tab.crash();
  if (device.tabs.length === 0) open(stage, device);
}

async function comeToRest(stage: Stage, device: Device, round: number): Promise<void> {
  const [tab] = device.tabs;
  if (!tab) return;
  const { landfall } = tab;
  const { status, expired } = landfall.auth.session.get();
  if (status !== "signed-in" || expired) await landfall.auth.devSignIn({ email: stage.email }).catch(() => {});
  await landfall.sync.resume().catch(() => {});
  if (round === 0) await landfall.sync.retryAll().catch(() => {});
  else await giveUpWhatFailed(stage, device, tab);
  await landfall.sync.now().catch(() => {});
}

/** Whoever reads why something was refused gives it up, and the row is as the server has it; a conflict is decided. */
async function giveUpWhatFailed(
  { world, ledger, prng, userId }: Stage,
  device: Device,
  { name, landfall }: Tab,
): Promise<void> {
  const { queue, conflicts } = await viewOfDevice(device, userId);
  const decision = prng.fork();
  for (const { collection, key } of conflicts) {
    const side = decision.pick(["mine", "theirs"] as const);
    world.note(`${name}: conflict about ${collection}/${key}: ${side}`);
    ledger.decide(collection, key);
    await landfall.conflicts.resolve({ collection, key }, side).catch(() => {});
  }
  const refused = queue.filter(({ status, error }) => status === "failed" && error?.kind !== "conflict");
  for (const { id, collection, key, error } of refused) {
    world.note(`${name}: gives up ${collection}/${key}: ${error?.code}, ${error?.reason}`);
    ledger.decide(collection, key);
    await landfall.sync.discard(id).catch(() => {});
  }
}
