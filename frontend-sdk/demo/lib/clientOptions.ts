// The client options of the page and the service worker. Both open the same databases.
import type { LandfallOptions } from "@landfall/client";

/** The server has the page's origin. */
export const clientOptions: LandfallOptions = { name: "landfall-demo" };
