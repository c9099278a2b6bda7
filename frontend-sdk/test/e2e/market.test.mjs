// The market and its review: an administrator's decision appears on the owner's page, and the market is searched, filtered and read in pages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AssistantsPage, publish } from "./harness/assistants.mjs";
import { assertNoViolations } from "./harness/axe.mjs";
import { colours, sizes } from "./harness/scenes.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();

/** Opens the assistants of a new administrator. @param {"review" | "audit" | "market"} part @param {string} email */
async function openAsAdmin(part, email) {
  const demo = await (await env.device()).tab();
  await demo.find("sign-in-admin").check();
  await demo.signIn(email);
  return { demo, assistants: await AssistantsPage.open(demo, part) };
}

test(
  "a decision of an administrator appears on the owner's page, with the note, and in the audit trail",
  LIMIT,
  async () => {
    const owner = await (await env.device()).tab();
    await owner.signIn("author@harbour.example");
    const mine = await AssistantsPage.open(owner, "mine");
    assert.equal(await owner.find("part-review").count(), 0, "the review is for administrators");
    await mine.create({ title: "Knot teacher", tags: "ropes" });
    await mine.card("Knot teacher").getByTestId("assistant-submit").click();
    await untilEqual("it is handed in", async () => (await mine.shown()).map(({ status, way }) => ({ status, way })), [
      { status: "pending", way: "synced" },
    ]);

    const { demo, assistants } = await openAsAdmin("review", "admin@harbour.example");
    await untilEqual("it waits for a review", () => assistants.titles(), ["Knot teacher"]);
    await assistants.card("Knot teacher").getByTestId("review-reject").click();
    await demo.find("reject-send").click();
    await demo.find("fault-note").waitFor();
    await demo.find("form-note").fill("Name the knots in the description.");
    await demo.find("reject-send").click();
    await untilEqual("the queue is empty", () => assistants.titles(), []);
    await untilEqual(
      "the owner reads the note",
      async () => (await mine.shown()).map(({ status, note }) => ({ status, note })),
      [{ status: "rejected", note: "The reviewer writes: Name the knots in the description." }],
    );

    await mine.edit("Knot teacher", { desc: "Bowline and sheet bend." });
    await mine.card("Knot teacher").getByTestId("assistant-submit").click();
    await untilEqual("it is in the queue again, by itself", () => assistants.titles(), ["Knot teacher"]);
    await assistants.card("Knot teacher").getByTestId("review-publish").click();
    await until("the owner sees it published", async () => (await mine.shown())[0]?.status === "published");
    await mine.show("market");
    await untilEqual("it is in the market", () => mine.titles(), ["Knot teacher"]);

    await assistants.show("audit");
    const entries = async () => (await demo.find("audit-entry").allInnerTexts()).map((text) => text.split("\t")[1]);
    await until("entries are listed", async () => (await entries()).length > 2);
    await demo.find("audit-action").fill("assistant.status");
    await untilEqual("the decisions are listed", entries, ["assistant.status", "assistant.status"]);
  },
);

const boats = Array.from({ length: 14 }, (_, index) => ({
  title: `Boat ${index + 1}`,
  desc: "Answers questions about one boat.",
  tags: index === 3 ? ["regatta"] : ["harbour"],
}));

test("the market is read in pages, searched, and filtered by tag and author", LIMIT, async () => {
  await publish(env.server, "shipyard@harbour.example", boats);
  await publish(env.server, "cook@harbour.example", [
    { title: "Galley cook", desc: "Cooks on two flames.", emoji: "🍜" },
  ]);
  const demo = await (await env.device()).tab();
  await demo.signIn("reader@harbour.example");
  const market = await AssistantsPage.open(demo, "market");
  await untilEqual("a page is full", async () => (await market.titles()).length, 12);
  await demo.find("page-after").click();
  await until("the rest is on the next page", async () =>
    (await demo.find("page-place").innerText()).startsWith("Page 2"),
  );

  await demo.find("market-search").fill("gall");
  await untilEqual("the beginning of a word is found", () => market.titles(), ["Galley cook"]);
  await demo.find("market-search").fill("");
  await market.card("Galley cook").getByTestId("assistant-author").click();
  await untilEqual("one author", () => market.titles(), ["Galley cook"]);
  await demo.find("author-filter").click();
  await demo.find("market-search").fill("Boat 4");
  await market.card("Boat 4").getByRole("button", { name: "regatta" }).click();
  await untilEqual("one tag", () => market.titles(), ["Boat 4"]);
});

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of colours) {
    test(`the assistants are accessible and fit on a ${size} in ${colorScheme} colours`, LIMIT, async () => {
      const demo = await (await env.device({ viewport, colorScheme })).tab();
      await demo.find("sign-in-admin").check();
      await demo.signIn(`${size}-${colorScheme}@harbour.example`);
      await demo.open("/#/assistants/mine");
      const assistants = new AssistantsPage(demo);
      await assistants.create({ title: "A pilot with a rather long name for its card", tags: "sea, harbour, tides" });
      await assertAccessible(demo, "mine");
      await demo.find("assistant-new").click();
      await demo.find("form-save").click();
      await demo.find("fault-title").waitFor();
      await assertAccessible(demo, "the form with faults");
      await demo.find("emoji-open").click();
      await demo.find("emoji").first().waitFor();
      await assertAccessible(demo, "the emoji picker");
      await demo.page.keyboard.press("Escape");
      assert.ok(await demo.find("assistant-form").isVisible(), "Escape closes the picker only");
      await demo.page.keyboard.press("Escape");
      await demo.find("assistant-form").waitFor({ state: "detached" });
      await assistants.show("audit");
      await demo.find("audit-entry").first().waitFor();
      await assertAccessible(demo, "the audit trail");
    });
  }
}

/** Asserts that no rule of WCAG 2.2 AA that axe can check is violated, and that the page does not scroll sideways. @param {import("./harness/demo.mjs").Demo} demo @param {string} scene */
async function assertAccessible(demo, scene) {
  await assertNoViolations(demo, scene);
  const { page } = demo;
  const tooWide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
  assert.equal(await page.evaluate(tooWide), false, `${scene} scrolls sideways`);
}
