// An old version of an app pulls what it knows. Its cursor must not pass over the rest, which the next version wants from the beginning.

import { expect, it } from "vitest";
import { judge } from "./judge";
import { makePeace } from "./peace";
import { prepare } from "./simulate";

/** What is wrong after a device was upgraded that didn't know conversations when one was written. */
async function upgrade(plant?: string): Promise<string[]> {
  const stage = prepare(1, { ...(plant && { plant }) });
  const { world } = stage;
  const [writer, old] = world.devices;
  try {
    if (!writer || !old) throw new Error("a world has two devices");
    Object.assign(globalThis, { landfallUnknown: new Map([[old.appName, ["conversations"]]]) });
    for (const device of [writer, old]) {
      device
        .openTab()
        .landfall.auth.devSignIn({ email: stage.email })
        .catch(() => {});
      await world.pass(3_000);
    }
    const landfall = writer.tabs[0]?.landfall;
    stage.userId = landfall?.auth.session.get().user?.id ?? "";
    landfall?.collections.conversations.put({ id: "harbour", title: "Harbour" }).catch(() => {});
    await world.pass(40_000);
    return judge({ ledger: stage.ledger, ...(await makePeace(stage)) });
  } finally {
    await world.end();
    Object.assign(globalThis, { landfallPlant: undefined, landfallUnknown: undefined });
  }
}

it("an_upgraded_app_gets_what_its_old_version_did_not_know", async () => {
  expect(await upgrade()).toEqual([]);
});

it("an_unknown_collection_that_is_skipped_is_found", async () => {
  expect(await upgrade("unknown collection skipped")).not.toEqual([]);
});
