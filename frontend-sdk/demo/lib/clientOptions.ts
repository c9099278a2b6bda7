// What the page and the service worker must say alike, because they open the same databases.
import type { LandfallOptions } from "@landfall/client";

/** The server is the page's own origin. */
export const clientOptions: LandfallOptions = { name: "landfall-demo" };
