// Replaces the channels between tabs before any other module is loaded.

import { replaceChannels } from "./simulation/globals";

replaceChannels();
await import("fake-indexeddb/auto");
await (await import("./preload")).preload();
