// Takes docs/demo.png, docs/files.png and docs/assistants.png for the documentation. SHOTS names a folder for all other screenshots. Run it
// with `npm run shots` after building the server and the demo. It is no test.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AssistantsPage } from "./harness/assistants.mjs";
import { Device } from "./harness/browser.mjs";
import { FilesPage } from "./harness/files.mjs";
import { album, colours, fillMarket, fillNotebook, notebook, sizes, unsent, untilStill } from "./harness/scenes.mjs";
import { checkout, Server } from "./harness/server.mjs";
import { until } from "./harness/until.mjs";

const folder = process.env.SHOTS;
const readmePicture = join(checkout, "docs/demo.png");
const filesPicture = join(checkout, "docs/files.png");
const marketPicture = join(checkout, "docs/assistants.png");

/** The user of each screenshot. */
const emails = {
  desktop: { light: "mira@harbour.example", dark: "noor@harbour.example" },
  phone: { light: "finn@harbour.example", dark: "ines@harbour.example" },
};

/** @param {Server} server @param {keyof typeof sizes} size @param {typeof colours[number]} colorScheme */
async function captureAll(server, size, colorScheme) {
  const email = emails[size][colorScheme];
  await fillNotebook(server, email);
  const device = await Device.open(server, { viewport: sizes[size], colorScheme });
  try {
    const demo = await device.tab();
    /** @param {string} scene */
    const capture = async (scene) => {
      await untilStill(demo.page);
      if (folder) await demo.page.screenshot({ path: join(folder, `${size}-${colorScheme}-${scene}.png`) });
    };
    await demo.find("sign-in-email").waitFor();
    await capture("1-sign-in");
    // The review is for administrators.
    await demo.find("sign-in-admin").check();
    await demo.signIn(email);
    await until("the notebook is shown", async () => (await demo.shown()).length === notebook.at(-1)?.messages.length);
    await capture("2-synced");
    await demo.simulateOffline(true);
    await demo.untilPill("offline");
    await demo.write(unsent);
    await until("the pill counts it", async () => (await demo.pill()).pending === 1);
    await demo.page.mouse.move(0, 0);
    await capture("3-offline");
    if (size === "desktop" && colorScheme === "light") await demo.page.screenshot({ path: readmePicture });
    await demo.panelText();
    await capture("4-panel");
    await demo.page.keyboard.press("Escape");
    if (size === "phone") {
      await demo.page.getByRole("button", { name: "Open the list of sessions" }).click();
      await capture("5-drawer");
    }
    const files = await FilesPage.open(demo);
    await demo.simulateOffline(false);
    await files.add(album.slice(0, 3));
    await demo.untilPill("synced");
    await demo.simulateOffline(true);
    await files.add(album.slice(3));
    await until("they wait", async () => (await demo.pill()).pending === 2);
    await until("the pictures are drawn", async () => (await demo.find("file-picture").count()) >= 2);
    await capture("6-files");
    if (size === "desktop" && colorScheme === "light") await demo.page.screenshot({ path: filesPicture });
    await demo.simulateOffline(false);
    await demo.untilPill("synced");
    await demo.open("/#/assistants");
    const assistants = new AssistantsPage(demo);
    await until("the market is listed", async () => (await assistants.titles()).length === 5);
    await capture("7-market");
    if (size === "desktop" && colorScheme === "light") await demo.page.screenshot({ path: marketPicture });
    await assistants.show("review");
    await until("the queue is listed", async () => (await assistants.titles()).length === 2);
    await capture("8-review");
    await assistants.show("mine");
    await demo.simulateOffline(true);
    await assistants.create({ title: "Buoy reader", desc: "Names a buoy by its colours and its light.", tags: "sea" });
    await capture("9-mine");
    await assistants.show("audit");
    await demo.simulateOffline(false);
    await until("entries are listed", async () => (await demo.find("audit-entry").count()) > 0);
    await capture("10-audit");
  } finally {
    await device.dispose();
  }
}

if (folder) await mkdir(folder, { recursive: true });
await mkdir(join(checkout, "docs"), { recursive: true });
const server = await Server.start();
try {
  await fillMarket(server);
  for (const size of /** @type {const} */ (["desktop", "phone"])) {
    for (const colorScheme of colours) await captureAll(server, size, colorScheme);
  }
} finally {
  await server.stop();
}
console.log(`Screenshots: the pictures of docs/${folder ? ` and ${folder}` : ""}`);
