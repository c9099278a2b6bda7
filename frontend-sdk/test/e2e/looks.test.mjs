// How the app stands there: at desktop and phone width, in both colours, for people who use a keyboard or a screen reader.
// That no page writes an error or breaks its own content policy is checked after every test of the suite (harness/world.mjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import axe from "axe-core";
import { FilesPage } from "./harness/files.mjs";
import { album, colours, fillNotebook, notebook, sizes, unsent, untilStill } from "./harness/scenes.mjs";
import { untilEqual } from "./harness/until.mjs";
import { LIMIT, useWorld } from "./harness/world.mjs";

const world = useWorld();

/** No rule of WCAG 2.2 AA that a machine can check is broken, and nothing sticks out sideways. @param {import("./harness/demo.mjs").Demo} demo @param {string} scene */
async function standsWell(demo, scene) {
  const { page } = demo;
  await untilStill(page);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    // The script that came just before put it there.
    const rules = /** @type {typeof import("axe-core")} */ (Reflect.get(globalThis, "axe"));
    const { violations } = await rules.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    );
  });
  assert.deepEqual(violations, [], scene);
  assert.deepEqual(await page.evaluate(whatSticksOut), [], scene);
}

/** In the page: what reaches over the right edge and can't be scrolled to. Lines that end in an ellipsis do so on purpose. */
function whatSticksOut() {
  const inside = (/** @type {Element} */ element) => element.getBoundingClientRect().right <= window.innerWidth + 1;
  return [...document.body.querySelectorAll("*")]
    .filter((element) => {
      if (inside(element)) return false;
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(box);
        const onPurpose = overflowX === "auto" || overflowX === "scroll" || textOverflow === "ellipsis";
        if (onPurpose && inside(box)) return false;
      }
      return true;
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

for (const [device, viewport] of Object.entries(sizes)) {
  for (const colorScheme of colours) {
    test(`the app is accessible and fits on a ${device} in ${colorScheme} colours`, LIMIT, async () => {
      const email = `${device}-${colorScheme}@harbour.example`;
      await fillNotebook(world.server, email);
      const demo = await (await world.device({ viewport, colorScheme })).tab();
      await demo.find("sign-in-email").waitFor();
      await standsWell(demo, "sign-in");
      await demo.signIn(email);
      const newest = notebook.at(-1);
      await untilEqual("the notebook is there", async () => (await demo.shown()).length, newest?.messages.length ?? 0);
      await demo.simulateOffline(true);
      await demo.write(unsent);
      await standsWell(demo, "offline, with something unsent");
      await demo.panelText();
      await standsWell(demo, "the sync panel");
      await demo.page.keyboard.press("Escape");
      if (device === "phone") {
        await demo.page.getByRole("button", { name: "Open the list of sessions" }).click();
        await standsWell(demo, "the drawer");
      }
      const files = await FilesPage.open(demo);
      await files.add(album);
      await untilEqual(
        "all are kept here",
        async () => new Set(Object.values(await files.states())),
        new Set(["saved"]),
      );
      await standsWell(demo, "files that wait");
    });
  }
}

test("signing in, writing and losing the network need no mouse", LIMIT, async () => {
  const email = "keys@harbour.example";
  const demo = await (await world.device()).tab();
  const { keyboard } = demo.page;
  /** Walks with Tab to where a hook is. @param {string} hook */
  const tabTo = async (hook) => {
    for (let steps = 0; steps < 40; steps += 1) {
      const at = await demo.page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
      if (at === hook) return;
      await keyboard.press("Tab");
    }
    assert.fail(`Tab never comes to ${hook}`);
  };
  await demo.find("sign-in-email").waitFor();
  await tabTo("sign-in-email");
  await keyboard.type(email);
  await keyboard.press("Enter");
  await demo.find("composer").waitFor();
  await tabTo("offline-switch");
  await keyboard.press("Space");
  await demo.untilPill("offline");
  await tabTo("composer");
  await keyboard.type("First line");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second line");
  await keyboard.press("Enter");
  await untilEqual("it is kept", async () => (await demo.shown()).map(({ text, state }) => ({ text, state })), [
    { text: "First line\nsecond line", state: "saved" },
  ]);
});
