// A pull that dies: another device has written, and this one's tab crashes after so many steps of its database, on its way to bring it in. Playing
// it for every step in turn leaves no place of a pull untried, where random crashes seldom meet the one between two transactions.

import { judge } from "./judge";
import { makePeace } from "./peace";
import { prepare } from "./simulate";

export interface DyingPull {
  /** The tab died before the pull was done. */
  died: boolean;
  /** What is wrong after peace; empty where all is well. */
  faults: string[];
}

export async function pullThatDiesAfter(steps: number, plant?: string): Promise<DyingPull> {
  const stage = prepare(1, { ...(plant && { plant }) });
  const { world } = stage;
  try {
    const [writer, reader] = world.devices.map((device) => device.openTab());
    if (!writer || !reader) throw new Error("a world has two devices");
    for (const { landfall } of [writer, reader]) {
      landfall.auth.devSignIn({ email: stage.email }).catch(() => {});
      await world.settle();
      await world.pass(3_000);
    }
    stage.userId = writer.landfall.auth.session.get().user?.id ?? "";
    for (const name of ["ship", "buoy", "pier"])
      await withTime(world, writer.landfall.collections.tags.put({ id: name, name }));
    await world.pass(3_000);
    reader.crashAfter(steps);
    reader.landfall.sync.now().catch(() => {});
    await world.pass(3_000);
    const died = reader.dead;
    const faults = judge({ ledger: stage.ledger, ...(await makePeace(stage)) });
    return { died, faults };
  } finally {
    await world.end();
    Object.assign(globalThis, { landfallPlant: undefined, landfallUnknown: undefined });
  }
}

async function withTime(world: { settle(): Promise<void> }, work: Promise<unknown>): Promise<void> {
  const done = work.catch(() => {});
  await world.settle();
  await done;
}
