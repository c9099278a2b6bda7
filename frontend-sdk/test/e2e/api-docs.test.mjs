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
  const bearer = dialog.locator(".auth-container", { hasText: "bearer (http, Bearer)" });
  await bearer.locator("input").fill(api.token);
  await bearer.getByRole("button", { name: "Apply credentials" }).click();
  await bearer.getByRole("button", { name: "Close" }).click();

  await operation.getByRole("button", { name: "Execute" }).click();
  await status.getByText("200").waitFor();
  assert.match(await operation.locator(".live-responses-table .response").innerText(), new RegExp(id));
});
