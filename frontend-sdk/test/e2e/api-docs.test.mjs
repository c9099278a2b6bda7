// The API's documentation page: a developer with a token tries operations in the browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";

const env = useTestEnvironment();

test("Swagger UI at /docs shows 401 without a token and 200 with one", LIMIT, async () => {
  const api = await Api.signIn(env.server, "developer@harbour.example");
  const { id } = await api.send("POST", "/api/chat/sessions", { title: "Seen through the docs" });
  const device = await env.device();
  const page = await device.context.newPage();
  await page.goto(`${env.server.url}/docs`);

  const operation = page.locator(".opblock-get", { has: page.locator('[data-path="/api/chat/sessions"]') });
  const status = operation.locator(".live-responses-table .response-col_status");
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Execute" }).click();
  await status.getByText("401").waitFor();

  await page.locator(".auth-wrapper .authorize").first().click();
  const dialog = page.locator(".modal-ux");
  const bearer = dialog.locator(".auth-container", { hasText: "session (http, Bearer)" });
  await bearer.locator("input").fill(api.token);
  await bearer.getByRole("button", { name: "Apply credentials" }).click();
  await bearer.getByRole("button", { name: "Close" }).click();

  await operation.getByRole("button", { name: "Execute" }).click();
  await status.getByText("200").waitFor();
  assert.match(await operation.locator(".live-responses-table .response").innerText(), new RegExp(id));
});

test("Swagger UI begins with the session's token, fills in whole bodies and fits a phone", LIMIT, async () => {
  const device = await env.device();
  const page = await device.context.newPage();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${env.server.url}/docs/`);
  await page.locator(".operation-filter-input").waitFor();
  assert.equal(await page.locator("meta[name=viewport]").count(), 1);

  await page.locator(".auth-wrapper .authorize").first().click();
  await page.locator(".modal-ux input").first().waitFor();
  const focused = () => document.activeElement?.closest(".auth-container")?.querySelector("h4")?.textContent ?? "";
  assert.match(await page.evaluate(focused), /^session/);
  await page.locator(".close-modal").click();

  const operation = page.locator(".opblock-put", { has: page.locator('[data-path="/api/projects/{id}"]') });
  await operation.locator(".opblock-summary-control").click();
  const body = JSON.parse(await operation.locator("textarea.body-param__text").inputValue());
  assert.deepEqual(body, { baseRevision: 0, data: { berths: 12 }, name: "The harbour" });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `the page is ${width} px wide`);
});
