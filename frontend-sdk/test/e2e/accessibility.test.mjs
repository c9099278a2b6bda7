// Layout and accessibility of the demo: at desktop and phone width, in both colour schemes, with keyboard and screen
// reader. The harness checks after every test that no page logs an error or violates its content policy.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNoViolations } from "./harness/axe.mjs";
import { FilesPage } from "./harness/files.mjs";
import { album, colours, fillNotebook, notebook, sizes, unsent } from "./harness/scenes.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();

/** Asserts that no rule of WCAG 2.2 AA that axe can check is violated, and that nothing overflows sideways. @param {import("./harness/demo.mjs").Demo} demo @param {string} scene */
async function assertAccessible(demo, scene) {
  await assertNoViolations(demo, scene);
  const { page } = demo;
  assert.deepEqual(await page.evaluate(overflowingElements), [], scene);
}

/**
 * Runs in the page. Returns the elements that reach over the right edge and cannot be scrolled to. Lines with an
 * ellipsis are excluded.
 */
function overflowingElements() {
  const inside = (/** @type {Element} */ element) => element.getBoundingClientRect().right <= window.innerWidth + 1;
  return [...document.body.querySelectorAll("*")]
    .filter((element) => {
      if (inside(element)) return false;
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(box);
        const scrollable = overflowX === "auto" || overflowX === "scroll" || textOverflow === "ellipsis";
        if (scrollable && inside(box)) return false;
      }
      return true;
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

for (const [device, viewport] of Object.entries(sizes)) {
  for (const colorScheme of colours) {
    test(`the app is accessible and fits on a ${device} in ${colorScheme} colours`, LIMIT, async () => {
      const email = `${device}-${colorScheme}@harbour.example`;
      await fillNotebook(env.server, email);
      const demo = await (await env.device({ viewport, colorScheme })).tab();
      await demo.find("sign-in-email").waitFor();
      await assertAccessible(demo, "sign-in");
      await demo.signIn(email);
      const newest = notebook.at(-1);
      await untilEqual("the notebook is shown", async () => (await demo.shown()).length, newest?.messages.length ?? 0);
      await demo.simulateOffline(true);
      await demo.write(unsent);
      await assertAccessible(demo, "offline, with something unsent");
      await demo.panelText();
      await assertAccessible(demo, "the sync panel");
      await demo.page.keyboard.press("Escape");
      if (device === "phone") {
        await demo.page.getByRole("button", { name: "Open the list of sessions" }).click();
        await assertAccessible(demo, "the drawer");
      }
      const files = await FilesPage.open(demo);
      await files.add(album);
      await untilEqual(
        "all are kept here",
        async () => new Set(Object.values(await files.states())),
        new Set(["saved"]),
      );
      await assertAccessible(demo, "files that wait");
    });
  }
}

test("sign-in, writing and the offline switch work by keyboard alone", LIMIT, async () => {
  const email = "keys@harbour.example";
  const demo = await (await env.device()).tab();
  const { keyboard } = demo.page;
  /** Presses Tab until the element with the test id has the focus. @param {string} hook */
  const tabTo = async (hook) => {
    for (let steps = 0; steps < 40; steps += 1) {
      const at = await demo.page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
      if (at === hook) return;
      await keyboard.press("Tab");
    }
    assert.fail(`Tab never reaches ${hook}`);
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
