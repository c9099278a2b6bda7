// The options of the page and the service worker.
import type { LandfallOptions } from "@landfall/client";

export const options: LandfallOptions = { name: "vite-app" };
