// The demo's way in through a provider, and its account page: what a person sees of their devices and ways to sign in, and how they leave.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import axe from "axe-core";
import { useOpenWorld, whoIsIn } from "./harness/open-world.mjs";
import { untilStill } from "./harness/scenes.mjs";
import { untilEqual } from "./harness/until.mjs";
import { LIMIT } from "./harness/world.mjs";

const world = useOpenWorld();

/** Through the button of the demo's first page. @param {import("./harness/demo.mjs").Demo} demo @param {string | null} who */
async function signInByButton(demo, who) {
  await demo.find("sign-in-google").click();
  await demo.page.locator('input[name="who"]').waitFor();
  if (who !== null) await demo.page.locator('input[name="who"]').fill(who);
  await demo.page.getByRole("button", { name: who === null ? "Cancel" : "Sign in" }).click();
}

test("signs in by the provider's button, and says why when it comes to nothing", LIMIT, async () => {
  const demo = await (await world.device()).tab();
  await signInByButton(demo, null);
  await demo.page.getByRole("alert").filter({ hasText: "The sign-in was cancelled." }).waitFor();
  assert.equal(new URL(demo.page.url()).search, "", "the reason is taken out of the address");
  await signInByButton(demo, "d-1/demo@harbour.example");
  await demo.find("composer").waitFor();
  await demo.newSession();
  await demo.write("By the provider's word.");
  await untilEqual("it is sent", () => demo.pill(), { state: "synced", pending: 0, failed: 0 });
  assert.deepEqual(await world.db.texts("demo@harbour.example"), ["By the provider's word."]);
});

test("shows devices and ways to sign in, ends and adds them, exports and deletes the account", LIMIT, async () => {
  const other = await (await world.device()).tab();
  await signInByButton(other, "d-2/page@harbour.example");
  await other.find("composer").waitFor();
  const demo = await (await world.device()).tab();
  const { page } = demo;
  await signInByButton(demo, "d-2/page@harbour.example");
  await demo.write("Worth taking along.");
  await untilEqual("it is sent", () => demo.pill(), { state: "synced", pending: 0, failed: 0 });
  await demo.find("account-open").click();
  await untilEqual("both devices", () => demo.find("account-device").count(), 2);
  await standsWell(page);
  await demo.find("account-sign-out-others").click();
  await untilEqual("one device", () => demo.find("account-device").count(), 1);
  assert.equal(await whoIsIn(other.page), null);

  await page.context().clearCookies({ domain: "127.0.0.1" });
  await demo.find("account-link-oidc").click();
  await page.locator('input[name="who"]').waitFor();
  await page.locator('input[name="who"]').fill("d-3/second@harbour.example");
  await page.getByRole("button", { name: "Sign in" }).click();
  await demo.find("account-open").click();
  await untilEqual("both ways", () => demo.find("account-linked").count(), 2);
  await demo.find("account-linked").first().getByRole("button", { name: "Unlink" }).click();
  await untilEqual("one way", () => demo.find("account-linked").count(), 1);
  assert.equal(await demo.find("account-linked").getByRole("button").count(), 0, "the last can't be unlinked");

  await demo.find("account-delete").click();
  const saving = page.waitForEvent("download");
  await page.locator('a[download="landfall.json"]').click();
  /** @type {{ chatMessages: { content: string }[] }} */
  const { chatMessages } = JSON.parse(await readFile(await (await saving).path(), "utf8"));
  assert.deepEqual(
    chatMessages.map(({ content }) => content),
    ["Worth taking along."],
  );
  await demo.find("confirm").click();
  await demo.find("sign-in-google").waitFor();
  assert.equal(await whoIsIn(page), null);
  assert.deepEqual(await world.db.query("SELECT 1 FROM \"user\" WHERE email = 'page@harbour.example'"), []);
});

/** No rule of WCAG 2.2 AA that a machine can check is broken. @param {import("playwright-core").Page} page */
async function standsWell(page) {
  await untilStill(page);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const rules = /** @type {typeof import("axe-core")} */ (Reflect.get(globalThis, "axe"));
    const { violations } = await rules.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
  assert.deepEqual(violations, []);
  if (process.env.LANDFALL_SHOTS) await page.screenshot({ path: `${process.env.LANDFALL_SHOTS}/account.png` });
}
