// Replaces the channels between tabs before any other module is loaded.

import { replaceChannels } from "./simulation/globals";

replaceChannels();
await import("fake-indexeddb/auto");
// A module that is loaded on demand would take real time in the first simulation of a process, and none in the others.
await Promise.all([
  import("../../src/auth/on-demand"),
  import("../../src/guest/claim"),
  import("../../src/http/event-stream"),
]);
