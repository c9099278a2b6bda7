// A pull that a crash interrupts after a given number of database steps. Running it for every number covers the step
// between two transactions, which random crashes seldom meet.

import { checkInvariants } from "./invariants";
import { reachQuiescence } from "./quiescence";
import { setUp } from "./simulate";

export interface InterruptedPull {
  /** Whether the tab crashed before the pull was complete. */
  crashed: boolean;
  /** The violations after quiescence. Empty in a correct run. */
  violations: string[];
}

export async function pullInterruptedAfter(steps: number, fault?: string): Promise<InterruptedPull> {
  const context = setUp(1, { ...(fault && { fault }) });
  const { simulation } = context;
  try {
    const [writer, reader] = simulation.devices.map((device) => device.openTab());
    if (!writer || !reader) throw new Error("a simulation has two devices");
    for (const { landfall } of [writer, reader]) {
      landfall.auth.devSignIn({ email: context.email }).catch(() => {});
      await simulation.untilIdle();
      await simulation.advance(3_000);
    }
    context.userId = writer.landfall.auth.session.get().user?.id ?? "";
    for (const name of ["ship", "buoy", "pier"])
      await untilSaved(simulation, writer.landfall.collections.tags.put({ id: name, name }));
    await simulation.advance(3_000);
    reader.crashAfter(steps);
    reader.landfall.sync.now().catch(() => {});
    await simulation.advance(3_000);
    const crashed = reader.crashed;
    const violations = checkInvariants({ history: context.history, ...(await reachQuiescence(context)) });
    return { crashed, violations };
  } finally {
    await simulation.teardown();
    Object.assign(globalThis, { landfallFault: undefined, landfallUnknown: undefined });
  }
}

async function untilSaved(simulation: { untilIdle(): Promise<void> }, work: Promise<unknown>): Promise<void> {
  const done = work.catch(() => {});
  await simulation.untilIdle();
  await done;
}
