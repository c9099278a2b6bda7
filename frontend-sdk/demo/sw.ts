// The service worker of the demo. It caches one version of the shell, so that the app opens offline, and sends what the
// last tab left unsent. /api, /docs and /health go to the server.
/// <reference lib="webworker" />
import { handleBackgroundSync, serveShell } from "@landfall/client/sw";
import type { Shell } from "./build/shell";
import { clientOptions } from "./lib/clientOptions";

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: Shell;

serveShell(self, __SHELL__);
handleBackgroundSync(self, clientOptions);
