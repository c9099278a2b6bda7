// An application that sends a message, and says when what happened. Times are in milliseconds since 1970.

import { createLandfall } from "../../../../src/index";
import { newTraceparent, observe } from "../../../../src/observe/index";

const now = () => performance.timeOrigin + performance.now();
/** @type {{ traceparent: string | null, start: number, end: number, ms: number }[]} */
const pushes = [];
let traceparent = /** @type {string | null} */ (null);

const observer = observe({
  onTrace: ({ route }) => {
    if (route !== "POST /api/sync") return null;
    traceparent = newTraceparent();
    return traceparent;
  },
  onMetric: (metric) => {
    if (metric.name !== "request" || metric.route !== "POST /api/sync") return;
    const end = now();
    pushes.push({ traceparent, start: end - metric.ms, end, ms: metric.ms });
  },
});
const landfall = createLandfall({ name: "trace", fetch: observer.fetch });

/** Sends messages one after the other, and describes the last one, when everything is prepared and cached. */
async function run() {
  await landfall.start();
  await landfall.auth.devSignIn({ email: "mira@harbour.example" });
  const session = await landfall.chat.createSession({ title: "Harbour" });
  let sent = { start: 0, end: 0 };
  for (let count = 0; count < 12; count++) {
    pushes.length = 0;
    const start = now();
    await landfall.chat.send(session.id, { role: "user", content: "When is high water?" });
    sent = { start, end: now() };
    await landfall.sync.awaitInSync();
  }
  return { sent, push: pushes.at(-1) };
}

Object.assign(globalThis, { run });
