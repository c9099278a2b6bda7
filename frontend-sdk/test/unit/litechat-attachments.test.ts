// Files in prompts of LiteChat that are too large for their rows: they come back equal, on the same device and on another one.

import { expect, onTestFinished, test } from "vitest";
import {
  createPersistenceService,
  type FullExportData,
  liteChatOptions,
  type PersistenceService,
} from "../../src/compat/litechat";
import type { AppRow } from "../../src/compat/litechat/values";
import { ClientSealing } from "../../src/sealing/sealing";
import { fingerprint } from "../../src/util/hash";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";

const MIB = 1024 * 1024;
/** Above the limit of a row. */
const LARGE = "/9j/".repeat(1.3 * MIB);
/** A text that looks like files of other types, and has characters that no file of text has. */
const ODD_TEXT = `<svg>\u0001\ud83d\ude00 %PDF-${"tide ".repeat(1.1 * MIB)}`;
/** Contents are hashed and sent, which takes time on a machine with other work. */
const TIME = 90_000;

interface Device {
  tab: Tab;
  service: PersistenceService;
}

function environment(): TestEnvironment {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  return env;
}

function serviceOf(tab: Tab): Device {
  const service = createPersistenceService(tab.landfall);
  onTestFinished(() => service.close());
  return { tab, service };
}

const device = async (env: TestEnvironment) => serviceOf(await env.signedInTab());

const turn = (id: string, ...files: object[]) => ({
  ...{ id, conversationId: "c", index: 0, response: null },
  prompt: { content: "See the files.", metadata: { attachedFiles: files } },
});
const filesOf = async ({ landfall }: Tab) => (await firstValue(landfall.assets.all())).map(({ id }) => id);
/** What the application gets. A download waits for further ones of the same moment, by the clock. */
async function load({ tab, service }: Device): Promise<AppRow[]> {
  let isLoaded = false;
  const loading = service.loadInteractionsForConversation("c").finally(() => {
    isLoaded = true;
  });
  await tab.browser.env.clock.advanceUntil(() => isLoaded, "the rows", 10);
  return loading;
}

/** A copy with fingerprints in the place of long texts, so that a failure is short. */
function short<T>(value: T): T {
  const shorten = (_name: string, part: unknown) =>
    typeof part === "string" && part.length > 1000 ? `${part.length} ${fingerprint(part)}` : part;
  return JSON.parse(JSON.stringify(value, shorten)) as T;
}

test("a file above 5 MiB beside small ones comes back equal, here and on another device, and is sent once", {
  timeout: TIME,
}, async () => {
  const env = environment();
  const [one, other] = [await device(env), await device(env)];
  const row = turn(
    "i",
    { name: "large.jpg", type: "image/jpeg", contentBase64: LARGE },
    {
      name: "text.md",
      type: "text/markdown",
      contentText: "High tide. ".repeat(1000),
    },
    { name: "small.png", type: "image/png", contentBase64: "iVBORw0KGgo=" },
  );
  await one.service.saveConversation({ id: "c", title: "C" });
  await one.service.saveInteraction(row);
  expect(short(await load(one))).toMatchObject(short([row]));
  // The stream's end, and the store's own row again.
  await one.service.saveInteraction({ ...row, response: "Six." });
  await one.service.saveInteraction((await load(one))[0] ?? {});
  const files = await filesOf(one.tab);
  expect(files).toHaveLength(1);
  await one.tab.untilSent();
  await one.tab.sync();
  expect(one.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
  const { i: stored } = env.server.userData(EMAIL).live("interactions");
  expect(JSON.stringify(stored).length).toBeLessThan(15_000);
  for (const id of files) expect(JSON.stringify(stored)).toContain(id);

  await other.tab.sync();
  expect(short(await load(other))).toEqual(short(await load(one)));
  expect(short(await load(other))).toMatchObject(short([{ ...row, response: "Six." }]));
  // A save on the other device sends no file again.
  await other.service.saveInteraction({ ...(await load(other))[0], rating: 1 });
  await other.tab.sync();
  await one.tab.sync();
  expect([(await load(one))[0]?.rating, await filesOf(other.tab)]).toEqual([1, files]);
  const whole = short([{ ...row, response: "Six.", rating: 1 }]);
  expect(short((await one.service.exportAllData()).interactions)).toMatchObject(whole);
  expect(short((await one.service.exportConversationData("c")).interactions)).toMatchObject(whole);
});

test("a content that can't be reached is left out, and a save loses nothing", { timeout: TIME }, async () => {
  const env = environment();
  const [one, other] = [await device(env), await device(env)];
  const row = turn("i", { name: "a", contentText: ODD_TEXT });
  await one.service.saveConversation({ id: "c", title: "C" });
  await one.service.saveInteraction(row);
  await one.tab.untilSent();
  await one.tab.sync();
  await other.tab.sync();
  await other.tab.landfall.connectivity.simulateOffline(true);
  const [blind] = await load(other);
  expect(short(blind?.prompt)).not.toEqual(short(row.prompt));
  expect(short(blind)).toMatchObject({ prompt: { metadata: { attachedFiles: [{ name: "a" }] } } });
  await other.service.saveInteraction({ ...blind, rating: 2 });
  await other.tab.landfall.connectivity.simulateOffline(false);
  await other.tab.sync();
  await one.tab.sync();
  for (const { tab, service } of [one, other])
    expect(short(await load({ tab, service }))).toMatchObject(short([{ ...row, rating: 2 }]));
});

test("files are deleted with their rows, and come back with a row that was changed", { timeout: TIME }, async () => {
  const env = environment();
  const [one, other] = [await device(env), await device(env)];
  const row = turn("i", { name: "a", contentBase64: LARGE });
  await one.service.saveConversation({ id: "c", title: "C" });
  await one.service.saveInteraction(row);
  await one.tab.untilSent();
  await one.tab.sync();
  await other.tab.sync();
  const [shown] = await load(other);
  await one.service.deleteInteraction("i");
  await one.tab.sync();
  expect(await filesOf(one.tab)).toEqual([]);
  await other.tab.sync();
  expect(await filesOf(other.tab)).toEqual([]);
  // A save of the row as it was is no wish to have it back.
  await other.service.saveInteraction({ ...shown });
  expect([short(await load(other)), await filesOf(other.tab)]).toEqual([[], []]);
  await other.service.saveInteraction({ ...shown, response: "Six." });
  await other.tab.untilSent();
  await other.tab.sync();
  await one.tab.sync();
  expect(short(await load(one))).toMatchObject(short([{ ...row, response: "Six." }]));
  // The conversation takes its interactions along.
  await one.service.deleteConversation("c");
  expect(await filesOf(one.tab)).toEqual([]);
});

test("a guest's files become the user's, and an import moves contents too", { timeout: TIME }, async () => {
  const env = environment();
  const one = serviceOf(env.browser().tab());
  const row = turn("i", { name: "a", contentBase64: LARGE });
  const conversations = [{ id: "c", title: "C" }];
  const file = { version: 1, exportedAt: "", conversations, interactions: [row, turn("j")] } as FullExportData;
  const flags = { importConversations: true };
  expect(await one.service.importAllData(file, flags)).toEqual({ mended: [], skipped: [] });
  expect(short(await load(one))).toMatchObject(short([row, { id: "j" }]));
  // Nothing of a refused file stays.
  const twice = {
    ...file,
    rules: [
      { id: "r", name: "R" },
      { id: "s", name: "R" },
    ],
    interactions: [turn("k", { name: "b", contentBase64: `AAAA${LARGE}` })],
  };
  const strict = one.service.importAllData(
    twice as FullExportData,
    { ...flags, importRulesAndTags: true },
    { strict: true },
  );
  await expect(strict).rejects.toMatchObject({ name: "BulkError" });
  expect(await filesOf(one.tab)).toHaveLength(1);

  await one.tab.signIn(EMAIL);
  await one.service.loadTags();
  await one.tab.untilSent();
  await one.tab.sync();
  const other = await device(env);
  await other.tab.sync();
  expect(short(await load(other))).toMatchObject(short([row, { id: "j" }]));
});

test("where rows are sealed no file is made of them", { timeout: TIME }, async () => {
  const env = environment();
  env.options = { ...liteChatOptions, sealing: new ClientSealing({ collections: ["interactions"] }) };
  const one = await device(env);
  await one.service.saveConversation({ id: "c", title: "C" });
  const saved = one.service.saveInteraction(turn("i", { name: "a", contentBase64: LARGE }));
  await expect(saved).rejects.toMatchObject({ name: "DataError" });
  expect(await filesOf(one.tab)).toEqual([]);
});
