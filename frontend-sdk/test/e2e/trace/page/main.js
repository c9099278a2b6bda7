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

const MESSAGES = 40;

/** Sends messages one after the other, and describes the fastest: other work of the machine delays the rest. */
async function run() {
  await landfall.start();
  await landfall.auth.devSignIn({ email: "mira@harbour.example" });
  const session = await landfall.chat.createSession({ title: "Harbour" });
  const all = [];
  for (let count = 0; count < MESSAGES; count++) {
    pushes.length = 0;
    const start = now();
    await landfall.chat.send(session.id, { role: "user", content: "When is high water?" });
    const sent = { start, end: now() };
    await landfall.sync.awaitInSync();
    const push = pushes.at(-1);
    if (push) all.push({ sent, push, of: MESSAGES });
  }
  return all.sort((a, b) => a.push.ms - b.push.ms)[0];
}

Object.assign(globalThis, { run });
