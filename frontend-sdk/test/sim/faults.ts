// The violations of a simulation: networks, tabs and servers that fail and recover. Each call injects one fault at random.

import { newId } from "../../src/util/ids";
import { deleteSomething, deleteTag, describeTag, startAction } from "./actors";
import { wordsIn } from "./history";
import { Rng } from "./rng";
import type { Context } from "./simulate";
import type { Device, Tab } from "./simulation/device";
import { MANY_FAULTS, NO_FAULTS } from "./simulation/network";
import { readDevice } from "./stored-rows";

export function injectNetworkFault({ simulation, rng }: Context, device: Device): void {
  const { network } = simulation;
  const change = rng.weighted({ offline: 30, online: 25, faults: 20, noFaults: 10, outage: 10, cut: 10 });
  if (change === "offline" || change === "online") device.offline = change === "offline";
  if (change === "faults" || change === "noFaults") network.faultRates = change === "faults" ? MANY_FAULTS : NO_FAULTS;
  if (change === "outage") network.down = !network.down;
  if (change === "cut") network.cut();
  const what = {
    offline: `${device.name} has no network`,
    online: `${device.name} has a network`,
    faults: "requests meet faults",
    noFaults: "requests meet no faults",
    outage: network.down ? "the server is down" : "the server is up",
    cut: "requests under way are cut",
  };
  simulation.note(what[change]);
}

export function injectTabFault(context: Context, device: Device, tab: Tab): void {
  const { simulation, rng, violations } = context;
  switch (rng.weighted({ openTab: 30, close: 20, crash: 20, crashSoon: 30 })) {
    case "openTab":
      if (device.awake.length < 2) openTab(context, device);
      return;
    case "close":
      simulation.note(`${tab.name} closes`);
      tab.close().catch((error: unknown) => violations.push(`${tab.name} does not close: ${String(error)}`));
      return;
    case "crash":
      tab.crash();
      return;
    case "crashSoon":
      // The crash then happens inside a transaction.
      tab.crashAfter(rng.below(60));
      return;
  }
}

export function openTab({ simulation }: Pick<Context, "simulation">, device: Device): Tab {
  const tab = device.openTab();
  simulation.note(`${tab.name} opens`);
  tab.landfall.start().catch(() => {});
  return tab;
}

export async function injectServerFault(context: Context): Promise<void> {
  const { simulation, rng, backend } = context;
  const change = rng.weighted({ revoke: 15, retention: 40, backup: 15, restore: 30 });
  if (change === "revoke") {
    simulation.note("every session ends");
    await backend.revokeAll();
  }
  if (change === "retention" && backend.runRetention) {
    if (rng.percent(50)) await deleteWhileAway(context);
    simulation.note("retention runs");
    await backend.runRetention();
    context.history.retentionRuns.push(context.history.accepted.length);
  }
  // A restore needs a backup.
  if (change === "restore" && context.backup !== null) await restore(context);
  else if ((change === "restore" || change === "backup") && backend.backup) {
    simulation.note("backup");
    context.backup = await backend.backup();
  }
}

/**
 * Connects all devices, takes one offline and deletes a row on another. Without this, retention seldom removes a
 * tombstone that a device has not pulled.
 */
async function deleteWhileAway(context: Context): Promise<void> {
  const { simulation, rng } = context;
  await connectAll(context);
  const away = rng.pick(simulation.devices);
  const there = rng.pick(simulation.devices.filter((device) => device !== away));
  away.offline = true;
  simulation.note(`${away.name} has no network`);
  const tab = there.awake[0] ?? openTab(context, there);
  startAction(deleteSomething, context, there, tab);
  await simulation.advance(3_000);
}

/** Gives every device a network, and the time to pull. */
export async function connectAll({ simulation }: Context): Promise<void> {
  simulation.note("every device has a network");
  for (const device of simulation.devices) device.offline = false;
  simulation.network.down = false;
  simulation.network.faultRates = NO_FAULTS;
  await simulation.advance(32_000);
}

/**
 * The server stores an edit of a device that gets no answer, and another device edits the same member before the first one asks again. Without this,
 * a write that is sent twice seldom meets a newer one.
 */
export async function editWhileUnanswered(context: Context): Promise<void> {
  const { simulation, rng } = context;
  const id = newId();
  const edit = async (device: Device) => {
    startAction((actor) => describeTag(actor, id), context, device, device.awake[0] ?? openTab(context, device));
    await simulation.advance(3_000);
  };
  const away = rng.pick(simulation.devices);
  const there = rng.pick(simulation.devices.filter((device) => device !== away));
  await connectAll(context);
  await edit(there);
  await connectAll(context);
  simulation.note(`${away.name} gets no answers`);
  simulation.network.unanswered = away.name;
  await edit(away);
  away.offline = true;
  simulation.network.unanswered = null;
  simulation.note(`${away.name} has no network`);
  await simulation.advance(32_000);
  await edit(there);
}

/**
 * The server stores a write of a device that gets no answer. Another device changes or deletes the row, and retention removes the tombstone and the
 * outcome before the first device comes back. Without this, outcomes are seldom forgotten.
 */
export async function forgetAnswer(context: Context): Promise<void> {
  const { simulation, backend, history } = context;
  if (!backend.runRetention) return;
  const rng = new Rng(context.rng.below(2 ** 32));
  const id = newId();
  const away = rng.pick(simulation.devices);
  const there = rng.pick(simulation.devices.filter((device) => device !== away));
  const act = async (device: Device, action: typeof describeTag) => {
    startAction((actor) => action(actor, id), context, device, device.awake[0] ?? openTab(context, device));
    await simulation.advance(3_000);
  };
  await connectAll(context);
  if (rng.percent(50)) await act(there, describeTag);
  await connectAll(context);
  simulation.note(`${away.name} gets no answers`);
  simulation.network.unanswered = away.name;
  await act(away, describeTag);
  away.offline = true;
  simulation.network.unanswered = null;
  simulation.note(`${away.name} has no network`);
  await simulation.advance(32_000);
  if (rng.percent(75)) await act(there, rng.percent(70) ? deleteTag : describeTag);
  simulation.note("retention runs");
  await backend.runRetention();
  history.retentionRuns.push(history.accepted.length);
}

/**
 * The server fails the pushes of a device for so long that the device gives a write up: it closes its client name, and sends under another one what was
 * not stored. Without this, no name is closed.
 */
export async function failPushes(context: Context): Promise<void> {
  const { simulation } = context;
  const rng = new Rng(context.rng.below(2 ** 32));
  await connectAll(context);
  const device = rng.pick(simulation.devices);
  simulation.note(`the pushes of ${device.name} fail`);
  simulation.network.failing = device.name;
  for (const id of [newId(), newId()]) {
    startAction((actor) => describeTag(actor, id), context, device, device.awake[0] ?? openTab(context, device));
    await simulation.advance(500);
  }
  await simulation.advance(rng.pick([20_000, 60_000, 150_000]));
  simulation.network.failing = null;
}

/**
 * The server is set back to a backup, and the new life writes on while a device that knows the old life is away. Revisions of the two lives meet then:
 * the same numbers, or lower ones, mean newer rows. Without this, few rows have a history in both lives.
 */
export async function writeInNewLife(context: Context): Promise<void> {
  const { simulation, backend } = context;
  if (!backend.backup || !backend.restore) return;
  const rng = new Rng(context.rng.below(2 ** 32));
  const id = newId();
  const edit = async (device: Device) => {
    startAction((actor) => describeTag(actor, id), context, device, device.awake[0] ?? openTab(context, device));
    await simulation.advance(3_000);
  };
  const away = rng.pick(simulation.devices);
  const there = rng.pick(simulation.devices.filter((device) => device !== away));
  await connectAll(context);
  await edit(there);
  await connectAll(context);
  simulation.note("backup");
  context.backup = await backend.backup();
  for (let left = 1 + rng.below(3); left > 0; left -= 1) await edit(there);
  await connectAll(context);
  away.offline = true;
  simulation.note(`${away.name} has no network`);
  if (rng.percent(50)) await edit(away);
  await restore(context);
  await simulation.advance(35_000);
  for (let left = rng.below(4); left > 0; left -= 1) await edit(there);
}

async function restore({ simulation, history, backend, backup, userId }: Context): Promise<void> {
  // The stop of the server cuts the requests under way.
  simulation.network.cut();
  await backend.halt?.();
  const devices = await Promise.all(simulation.devices.map((device) => readDevice(device, userId)));
  const rows = devices.flatMap((device) => [...device.rows.values()].flatMap((some) => [...some.values()]));
  history.restores.push({ at: history.accepted.length, known: new Set(rows.flatMap(wordsIn)) });
  simulation.note("restore");
  await backend.restore?.(backup);
}
