// A notebook that somebody has used for a while, for the tests of how it looks and for the pictures.
// Data, and how to put it there.

import { Api } from "./api.mjs";

/** Oldest first: the last one is the newest, and is the one shown. */
export const notebook = [
  {
    title: "Reading list",
    messages: [
      "*The Wager*, David Grann",
      "Das Feuerschiff, Siegfried Lenz",
      "https://en.wikipedia.org/wiki/Tide_table",
    ],
  },
  { title: "שיעורי עברית", messages: ["שלום! מה שלומך היום?", "הים שקט הבוקר."] },
  {
    title: "Birthday dinner for Mira 🎂",
    messages: ["Saturday 19:00, nine people, two of them vegetarian", "Order the cake by Thursday!"],
  },
  {
    title: "Boat repairs",
    messages: [
      "New bilge pump: 12 V, 40 l/min",
      "Ask Öztürk about the mooring lines",
      "Antifouling needs 2 coats, 6 h apart",
    ],
  },
  {
    title: "Crossing to Texel",
    messages: [
      "Leave Den Helder at 06:40, high water 07:12. Wind SW 4, showers after noon.",
      "Stream through the Marsdiep turns at about 08:05, so no dawdling ⛵",
      'Waypoints for the plotter:\n```json\n{ "name": "Marsdiep", "lat": 52.97, "lon": 4.78 }\n{ "name": "Oudeschild", "lat": 53.04, "lon": 4.85 }\n```',
      "Harbour master at Oudeschild: VHF 12. Berth booked for two nights, details on https://example.org/oudeschild",
      "No coverage from the buoy on, so from there I just keep writing.",
    ],
  },
];

export const unsent = "Dolphins at starboard! 🐬 Three of them, off the Razende Bol.";

/** Writes the notebook by the API, as another device would. @param {import("./server.mjs").Server} server @param {string} email */
export async function fillNotebook(server, email) {
  const api = await Api.signIn(server, email);
  let minute = Date.now() - 50 * 60_000;
  for (const { title, messages } of notebook) {
    const { id: sessionId } = await api.send("POST", "/api/chat/sessions", { title });
    const batch = messages.map((content) => {
      minute += 3 * 60_000;
      return { sessionId, role: "user", content, createdAt: new Date(minute).toISOString() };
    });
    await api.send("POST", "/api/chat/messages/batch", { messages: batch });
  }
}

export const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
export const colours = /** @type {const} */ (["light", "dark"]);

/** Until nothing moves any more: fonts are there and what slides in has slid. @param {import("playwright-core").Page} page */
export async function untilStill(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
  });
}
