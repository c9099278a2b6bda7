// What goes wrong in a world: networks, tabs and servers that come and go. Each call does one thing at random.

import { wordsIn } from "./intentions";
import { begin, deleteSomething } from "./people";
import type { Stage } from "./simulate";
import { viewOfDevice } from "./view";
import type { Device, Tab } from "./world/device";
import { CALM, STORM } from "./world/network";

export function changeNetwork({ world, prng }: Stage, device: Device): void {
  const { network } = world;
  const change = prng.weighted({ offline: 30, online: 25, storm: 20, calm: 10, outage: 10, cut: 10 });
  if (change === "offline" || change === "online") device.offline = change === "offline";
  if (change === "storm" || change === "calm") network.weather = change === "storm" ? STORM : CALM;
  if (change === "outage") network.down = !network.down;
  if (change === "cut") network.cut();
  const what = {
    offline: `${device.name} has no network`,
    online: `${device.name} has a network`,
    storm: "storm",
    calm: "calm",
    outage: network.down ? "the server is away" : "the server is back",
    cut: "all that was under way is lost",
  };
  world.note(what[change]);
}

export function changeTabs(stage: Stage, device: Device, tab: Tab): void {
  const { world, prng, faults } = stage;
  switch (prng.weighted({ open: 30, close: 20, crash: 20, crashSoon: 30 })) {
    case "open":
      if (device.tabs.length < 2) open(stage, device);
      return;
    case "close":
      world.note(`${tab.name} is closed`);
      tab.close().catch((error: unknown) => faults.push(`${tab.name} can't be closed: ${String(error)}`));
      return;
    case "crash":
      tab.crash();
      return;
    case "crashSoon":
      // In the middle of some transaction.
      tab.crashAfter(prng.below(60));
      return;
  }
}

export function open({ world }: Pick<Stage, "world">, device: Device): Tab {
  const tab = device.openTab();
  world.note(`${tab.name} is opened`);
  tab.landfall.start().catch(() => {});
  return tab;
}

export async function changeServer(stage: Stage): Promise<void> {
  const { world, prng, backend } = stage;
  const change = prng.weighted({ revoke: 15, sweep: 40, backup: 15, restore: 30 });
  if (change === "revoke") {
    world.note("every session has ended");
    await backend.revokeAll();
  }
  if (change === "sweep" && backend.sweep) {
    if (prng.percent(50)) await deleteInAbsence(stage);
    world.note("what was deleted is swept");
    await backend.sweep();
    stage.ledger.sweeps.push(stage.ledger.taken.length);
  }
  // Nothing can be restored before there is a backup.
  if (change === "restore" && stage.backup !== null) await restore(stage);
  else if ((change === "restore" || change === "backup") && backend.backup) {
    world.note("a backup is made");
    stage.backup = await backend.backup();
  }
}

/** All devices meet, one goes away for long, and another deletes what it has: left to chance, few sweeps would concern anybody. */
async function deleteInAbsence(stage: Stage): Promise<void> {
  const { world, prng } = stage;
  world.note("everybody has a network");
  for (const device of world.devices) device.offline = false;
  world.network.down = false;
  world.network.weather = CALM;
  // Each asks for news within this time.
  await world.pass(32_000);
  const away = prng.pick(world.devices);
  const there = prng.pick(world.devices.filter((device) => device !== away));
  away.offline = true;
  world.note(`${away.name} has no network`);
  const tab = there.tabs[0] ?? open(stage, there);
  begin(deleteSomething, stage, there, tab);
  await world.pass(3_000);
}

async function restore({ world, ledger, backend, backup, userId }: Stage): Promise<void> {
  // What is under way dies with the server.
  world.network.cut();
  await backend.halt?.();
  const devices = await Promise.all(world.devices.map((device) => viewOfDevice(device, userId)));
  const rows = devices.flatMap((device) => [...device.rows.values()].flatMap((some) => [...some.values()]));
  ledger.setBacks.push({ at: ledger.taken.length, known: new Set(rows.flatMap(wordsIn)) });
  world.note("the backup is restored");
  await backend.restore?.(backup);
}
