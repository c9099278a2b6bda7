// The demo's sign-in through a provider, and its account page: devices, linked accounts, export and deletion.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import axe from "axe-core";
import { signedInUser, useOpenIdEnvironment } from "./harness/openid-environment.mjs";
import { untilStill } from "./harness/scenes.mjs";
import { LIMIT } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = useOpenIdEnvironment();

/** Signs in through the button of the demo's first page. `who` is null for a cancel. @param {import("./harness/demo.mjs").Demo} demo @param {string | null} who */
async function signInByButton(demo, who) {
  await demo.find("sign-in-google").click();
  await demo.page.locator('input[name="who"]').waitFor();
  if (who !== null) await demo.page.locator('input[name="who"]').fill(who);
  await demo.page.getByRole("button", { name: who === null ? "Cancel" : "Sign in" }).click();
}

test("the provider's button signs in, and a cancelled sign-in shows the reason", LIMIT, async () => {
  const demo = await (await env.device()).tab();
  await signInByButton(demo, null);
  await demo.page.getByRole("alert").filter({ hasText: "The sign-in was cancelled." }).waitFor();
  assert.equal(new URL(demo.page.url()).search, "", "the reason is taken out of the address");
  await signInByButton(demo, "d-1/demo@harbour.example");
  await demo.find("composer").waitFor();
  await demo.newSession();
  await demo.write("By the provider's word.");
  await untilEqual("it is sent", () => demo.pill(), { state: "synced", pending: 0, failed: 0 });
  assert.deepEqual(await env.db.texts("demo@harbour.example"), ["By the provider's word."]);
});

test(
  "the account page lists and ends sessions, links and unlinks accounts, exports and deletes the account",
  LIMIT,
  async () => {
    const other = await (await env.device()).tab();
    await signInByButton(other, "d-2/page@harbour.example");
    await other.find("composer").waitFor();
    const demo = await (await env.device()).tab();
    const { page } = demo;
    await signInByButton(demo, "d-2/page@harbour.example");
    await demo.write("Worth taking along.");
    await untilEqual("it is sent", () => demo.pill(), { state: "synced", pending: 0, failed: 0 });
    await demo.find("account-open").click();
    await untilEqual("both devices", () => demo.find("account-device").count(), 2);
    await assertAccessible(page);
    await demo.find("account-sign-out-others").click();
    await untilEqual("one device", () => demo.find("account-device").count(), 1);
    assert.equal(await signedInUser(other.page), null);

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
    assert.equal(await signedInUser(page), null);
    assert.deepEqual(await env.db.query("SELECT 1 FROM \"user\" WHERE email = 'page@harbour.example'"), []);
  },
);

/** Asserts that no rule of WCAG 2.2 AA that axe can check is violated. @param {import("playwright-core").Page} page */
async function assertAccessible(page) {
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
