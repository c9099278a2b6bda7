// Replaces the channels between tabs before any other module is loaded.

import { replaceChannels } from "./simulation/globals";

replaceChannels();
await import("fake-indexeddb/auto");
// What is loaded on demand is loaded before the first run, so that a run does not depend on those before it.
await Promise.all([
  import("../../src/auth/on-demand"),
  import("../../src/guest/claim"),
  import("../../src/http/event-stream"),
]);
