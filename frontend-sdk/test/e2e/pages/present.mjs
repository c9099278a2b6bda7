// The SDK as it is, with a kind of rows of the application's own. The kind has a table, so the version of the database is higher than without it.

import { createClient } from "../../../src/client";
import { builtinModules } from "../../../src/kinds/registry";
import { KIND_DEFAULTS } from "../../../src/store/synced-kind";

/** @type {import("../../../src/store/synced-kind").SyncedKind} */
const drafts = {
  ...KIND_DEFAULTS,
  name: "drafts",
  table: "drafts",
  direction: "device-only",
  conflictPolicy: "merge",
  stores: [{}, { drafts: "id" }],
  toBody: (row) => row,
};

const landfall = createClient(
  { name: "two-versions" },
  { ...builtinModules, drafts: { kinds: [drafts], openFace: () => null } },
);
Object.assign(window, { landfall, started: landfall.start() });
