// A phone in the network of the machine that runs `make run`: it opens the machine's address, and not localhost, by http.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { after, afterEach, before, test } from "node:test";
import { Device } from "./harness/browser.mjs";
import { FilesPage } from "./harness/files.mjs";
import { noisyPng, sha256 } from "./harness/pictures.mjs";
import { freePort } from "./harness/ports.mjs";
import { LIMIT, TestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const DONE = { state: "synced", pending: 0, failed: 0 };
/** The address of this machine in its network. */
const address = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
const TEST = { ...LIMIT, skip: address ? false : "this machine is in no network" };

const env = new TestEnvironment();
let url = "";
/** @type {Device | undefined} */
let phone;

before(async () => {
  const port = await freePort();
  url = `http://${address ?? "127.0.0.1"}:${port}`;
  // What README says.
  await env.start({ HOST: "0.0.0.0", LANDFALL_PUBLIC_URL: url }, port);
});
afterEach(async () => {
  await phone?.dispose();
  assert.deepEqual(phone?.errors ?? [], [], "a page logged an error");
  phone = undefined;
});
after(() => env.stop());

test("a phone writes, uploads and downloads, and every request goes to the machine's address", TEST, async () => {
  const email = "phone@harbour.example";
  phone = await Device.open({ url });
  /** @type {Set<string>} */
  const hosts = new Set();
  phone.context.on("request", (request) => {
    if (request.url().startsWith("http")) hosts.add(new URL(request.url()).hostname);
  });
  const demo = await phone.tab();
  assert.equal(await demo.page.evaluate(() => isSecureContext), false, "the page is as one of another machine");
  await demo.signIn(email);
  await demo.newSession();
  await demo.write("From the phone");
  await untilEqual("it is synced", () => demo.pill(), DONE);

  const picture = { name: "harbour.png", buffer: noisyPng(400, 6) };
  const files = await FilesPage.open(demo);
  await files.add([picture]);
  await untilEqual("it is uploaded", () => files.states(), { [picture.name]: "synced" });
  assert.equal(await files.download(picture.name), sha256(picture.buffer));
  await demo.page.reload();
  await untilEqual("the message is there after a reload", () => env.db.texts(email), ["From the phone"]);
  assert.deepEqual([...hosts], [address]);
});

test("without locks every tab sends, and nothing is stored twice", TEST, async () => {
  const email = "tabs-of-a-phone@harbour.example";
  phone = await Device.open({ url });
  const first = await phone.tab();
  await first.signIn(email);
  await first.newSession();
  await first.untilPill("synced");
  const second = await phone.tab(`/#/s/${await first.sessionKey()}`);
  await second.find("composer").waitFor();
  const texts = Array.from({ length: 6 }, (_, index) => `Line ${index + 1}`);
  for (const [index, text] of texts.entries()) await (index % 2 === 0 ? first : second).write(text);
  for (const tab of [first, second]) await untilEqual("nothing waits", () => tab.pill(), DONE);
  assert.deepEqual((await env.db.texts(email)).sort(), texts);
});

test("a page of another address is refused with the name of the setting", TEST, async () => {
  const headers = { "content-type": "application/json", origin: `http://${address}:1` };
  const body = JSON.stringify({ email: "anonymous@harbour.example" });
  const answer = await fetch(`${url}/api/auth/dev/sign-in`, { method: "POST", headers, body });
  assert.equal(answer.status, 403);
  const { code, detail } = /** @type {{ code: string, detail: string }} */ (await answer.json());
  assert.equal(code, "origin_not_allowed");
  assert.match(detail, /LANDFALL_PUBLIC_URL/);
});
