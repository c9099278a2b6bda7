// Drops the answer to a request: the server receives the request, the browser holds the answer, and then the connection is reset. It works in the
// browser's network stack, for one tab.

/**
 * Holds the answer to the next push of this tab.
 * @param {import("./demo.mjs").Demo} demo
 */
export async function holdNextAnswer(demo) {
  const session = await demo.page.context().newCDPSession(demo.page);
  /** @type {Promise<string>} */
  const held = new Promise((resolve) => {
    session.once("Fetch.requestPaused", ({ requestId }) => resolve(requestId));
  });
  await session.send("Fetch.enable", {
    patterns: [{ urlPattern: "*/api/sync", requestStage: "Response" }],
  });
  return {
    /** Resolves when the server has answered. The page has not received the answer. */
    untilAnswered: () => held,
    /** Resets the connection, so that the page never receives the answer. Later answers pass. */
    async lose() {
      await session.send("Fetch.failRequest", { requestId: await held, errorReason: "ConnectionReset" });
      await session.detach();
    },
  };
}
