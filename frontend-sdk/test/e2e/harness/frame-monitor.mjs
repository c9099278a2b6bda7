// A monitor inside the page. It checks every drawn frame and records violations: the pill must not say "synced" while a message is not synced or not
// there, and a message with a temporary id must not say it. It reads the screen only.

/**
 * Starts the monitor. It runs until the page is closed.
 * @param {import("./demo.mjs").Demo} demo
 * @param {{ messages?: number }} [expected] how many messages are on screen at least, where the pill says "synced"
 */
export async function watchEveryFrame(demo, { messages = 0 } = {}) {
  const monitor = await demo.page.evaluateHandle(startMonitor, messages);
  return {
    /** The number of checked frames, and a line for each violation. */
    violations: () => monitor.evaluate(({ frames, violations }) => ({ frames, violations })),
  };
}

/** Runs in the page. @param {number} expected */
function startMonitor(expected) {
  const monitor = { frames: 0, violations: /** @type {string[]} */ ([]) };
  const check = () => {
    monitor.frames += 1;
    const pill = document.querySelector('[data-testid="sync-pill"]')?.getAttribute("data-state");
    const messages = document.querySelectorAll('[data-testid="message"]');
    if (pill === "synced" && messages.length < expected)
      monitor.violations.push(`frame ${monitor.frames}: the pill says synced, ${messages.length} messages are there`);
    for (const message of messages) {
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
