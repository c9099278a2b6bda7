// An old version of an application pulls the collections that it knows. The next version pulls the other collections
// from the beginning.

import { expect, it } from "vitest";
import { checkInvariants } from "./invariants";
import { reachQuiescence } from "./quiescence";
import { setUp } from "./simulate";

/** Upgrades a device that skipped conversations, and returns the violations. */
async function upgrade(fault?: string): Promise<string[]> {
  const context = setUp(1, { ...(fault && { fault }) });
  const { simulation } = context;
  const [writer, old] = simulation.devices;
  try {
    if (!writer || !old) throw new Error("a simulation has two devices");
    Object.assign(globalThis, { landfallUnknown: new Map([[old.appName, ["conversations"]]]) });
    for (const device of [writer, old]) {
      device
        .openTab()
        .landfall.auth.devSignIn({ email: context.email })
        .catch(() => {});
      await simulation.advance(3_000);
    }
    const landfall = writer.tabs[0]?.landfall;
    context.userId = landfall?.auth.session.get().user?.id ?? "";
    landfall?.collections.conversations.put({ id: "harbour", title: "Harbour" }).catch(() => {});
    await simulation.advance(40_000);
    return checkInvariants({ history: context.history, ...(await reachQuiescence(context)) });
  } finally {
    await simulation.teardown();
    Object.assign(globalThis, { landfallFault: undefined, landfallUnknown: undefined });
  }
}

it("an_upgraded_app_receives_the_collections_that_its_old_version_skipped", async () => {
  expect(await upgrade()).toEqual([]);
});

it("the_invariants_detect_a_cursor_that_passes_over_unknown_collections", async () => {
  expect(await upgrade("unknown collection skipped")).not.toEqual([]);
});
