// A monitor inside the page. It checks every drawn frame and records violations: the pill must not say "synced" while a message is not synced, and a
// message with a temporary id must not say it. It reads the screen only.

/**
 * Starts the monitor. It runs until the page is closed.
 * @param {import("./demo.mjs").Demo} demo
 */
export async function watchEveryFrame(demo) {
  const monitor = await demo.page.evaluateHandle(startMonitor);
  return {
    /** The number of checked frames, and a line for each violation. */
    violations: () => monitor.evaluate(({ frames, violations }) => ({ frames, violations })),
  };
}

function startMonitor() {
  const monitor = { frames: 0, violations: /** @type {string[]} */ ([]) };
  const check = () => {
    monitor.frames += 1;
    const pill = document.querySelector('[data-testid="sync-pill"]')?.getAttribute("data-state");
    for (const message of document.querySelectorAll('[data-testid="message"]')) {
      const state = message.querySelector('[data-testid="message-state"]')?.getAttribute("data-state");
      const key = message.getAttribute("data-key") ?? "";
      if (pill === "synced" && state !== "synced")
        monitor.violations.push(`frame ${monitor.frames}: the pill says synced, ${key} is ${state}`);
      if (state === "synced" && key.startsWith("temp-"))
        monitor.violations.push(`frame ${monitor.frames}: ${key} says synced`);
    }
    requestAnimationFrame(check);
  };
  requestAnimationFrame(check);
  return monitor;
}
