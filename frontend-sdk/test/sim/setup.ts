// Replaces the channels between tabs, the copying of rows and signals, before any other module is loaded.

import { replaceChannels } from "./simulation/globals";
import { replaceAbort } from "./simulation/light-abort";
import { replaceClone } from "./simulation/plain-clone";

replaceChannels();
replaceClone();
replaceAbort();
await import("fake-indexeddb/auto");
await (await import("./preload")).preload();
