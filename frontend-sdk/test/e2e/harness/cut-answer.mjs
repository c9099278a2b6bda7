// Loses an answer on its way: the request really leaves the browser and reaches the server, the answer is held, and then the line breaks.
// It works on the browser's own network stack, in one tab.

/**
 * Holds the answer to the next push of this tab.
 * @param {import("./demo.mjs").Demo} demo
 */
export async function holdNextAnswer(demo) {
  const line = await demo.page.context().newCDPSession(demo.page);
  /** @type {Promise<string>} */
  const held = new Promise((resolve) => {
    line.once("Fetch.requestPaused", ({ requestId }) => resolve(requestId));
  });
  await line.send("Fetch.enable", {
    patterns: [{ urlPattern: "*/api/sync", requestStage: "Response" }],
  });
  return {
    /** Until the server has answered; the page hasn't heard it. */
    untilAnswered: () => held,
    /** The page never hears it. Later answers pass. */
    async lose() {
      await line.send("Fetch.failRequest", { requestId: await held, errorReason: "ConnectionReset" });
      await line.detach();
    },
  };
}
