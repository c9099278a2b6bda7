// A slow connection, made by the browser's network stack for one tab: every request waits for the latency, and all of them share the bandwidth.

/** 64 kbit/s in bytes per second. */
const BYTES_PER_SECOND = 8_000;
const LATENCY_MS = 3_000;

/**
 * Puts a tab on a line of 64 kbit/s in each direction, with 3 s of latency, until the tab is closed.
 * @param {import("./demo.mjs").Demo} demo
 */
export async function slowDown({ page }) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND,
  });
}
