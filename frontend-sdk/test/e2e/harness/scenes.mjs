// A notebook with realistic content, for the tests of the layout and for the screenshots.

import { Api } from "./api.mjs";
import { publish } from "./assistants.mjs";
import { film, png } from "./pictures.mjs";

/** The sessions, oldest first. The app shows the last one. */
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

/** Writes the notebook by the API. @param {import("./server.mjs").Server} server @param {string} email */
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

/** A square picture of an evening. `hour` moves the sun. @param {number} hour */
function evening(hour) {
  const side = 360;
  return png(side, (x, y) => {
    const [sunX, sunY] = [70 + hour * 75, 205 - hour * 38];
    const horizon = 236 + 6 * Math.sin(x / 38 + hour);
    if (y > horizon) return [12 + ((x + y * 3) % 17), 66 + 14 * Math.sin(y / 7 + x / 23), 84];
    if (Math.hypot(x - sunX, y - sunY) < 34) return [244, 150, 96];
    const glow = Math.max(0, 1 - Math.hypot(x - sunX, y - sunY) / 260);
    return [196 - y / 4 + 56 * glow, 214 - y / 5 + 10 * glow, 224 - y / 3 - 20 * glow];
  });
}

/** The files of an album. The gallery shows the last one first. */
export const album = [
  { name: "tide table.txt", buffer: Buffer.from("High water 07:12, low water 13:20.\n") },
  { name: "into the Marsdiep.mp4", buffer: film(3_000_000, 9) },
  { name: "Oudeschild at six.png", buffer: evening(0) },
  { name: "Oudeschild at seven, with the whole fleet in and the light on.png", buffer: evening(1) },
  { name: "Razende Bol.png", buffer: evening(3) },
];

/** Assistants of the market, oldest first. */
const published = [
  { title: "Tide tables", emoji: "🌊", desc: "Reads tide tables and plans the day.", tags: ["sea", "times"] },
  { title: "Galley cook", emoji: "🍜", desc: "Cooks for four on two flames, with what is left.", tags: ["food"] },
  { title: "Knot teacher", emoji: "🪢", desc: "Bowline, sheet bend, and when to use which.", tags: ["ropes", "sea"] },
  { title: "Wetterfrosch", emoji: "🐸", desc: "Erklärt Wetterkarten, Böen und Gewitter.", tags: ["weather"] },
  { title: "מורה לעברית", emoji: "📖", desc: "שיחות קצרות על הים.", tags: ["language"] },
];

/** What waits for a review. */
const handedIn = [
  { title: "Harbour radio", emoji: "📻", desc: "Practises calls on VHF 12 before you make them.", tags: ["radio"] },
  { title: "Logbook editor", emoji: "🖊️", desc: "Makes sentences of the notes of a crossing.", tags: ["writing"] },
];

/** Fills the market and the review queue by the API. @param {import("./server.mjs").Server} server */
export async function fillMarket(server) {
  const author = "skipper@harbour.example";
  await publish(server, author, published);
  const owner = await Api.signIn(server, author);
  for (const assistant of handedIn) {
    const whole = { prompt: `You are ${assistant.title}.`, isPublic: true, status: "pending", ...assistant };
    await owner.send("POST", "/api/assistants", whole);
  }
}

export const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
export const colours = /** @type {const} */ (["light", "dark"]);

/** Resolves when fonts are loaded and animations have ended. @param {import("playwright-core").Page} page */
export async function untilStill(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
  });
}
