// A witness inside the page: looks at every frame that is drawn, and writes down when the app says more than it can know.
// It judges the screen by the screen alone: the pill may not say "synced" beside a message that isn't.

/**
 * Watches until `lies` is asked for.
 * @param {import("./demo.mjs").Demo} demo
 */
export async function watchEveryFrame(demo) {
  const witness = await demo.page.evaluateHandle(startWitness);
  return {
    /** Frames looked at, and what was wrong in them. */
    lies: () => witness.evaluate(({ frames, lies }) => ({ frames, lies })),
  };
}

function startWitness() {
  const witness = { frames: 0, lies: /** @type {string[]} */ ([]) };
  const look = () => {
    witness.frames += 1;
    const pill = document.querySelector('[data-testid="sync-pill"]')?.getAttribute("data-state");
    for (const message of document.querySelectorAll('[data-testid="message"]')) {
      const state = message.querySelector('[data-testid="message-state"]')?.getAttribute("data-state");
      const key = message.getAttribute("data-key") ?? "";
      if (pill === "synced" && state !== "synced")
        witness.lies.push(`frame ${witness.frames}: the pill says synced, ${key} is ${state}`);
      if (state === "synced" && key.startsWith("temp-"))
        witness.lies.push(`frame ${witness.frames}: ${key} is called synced`);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  return witness;
}
