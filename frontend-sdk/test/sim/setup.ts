// Before anything else is loaded: the channels between tabs are the simulation's own.

import { ownChannels } from "./world/globals";

ownChannels();
await import("fake-indexeddb/auto");
