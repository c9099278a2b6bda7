// What is sealed of a row, and what opens it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { kindsOf } from "../../src/kinds/registry";
import { openRow, sealRow } from "../../src/sealing/codec";
import { dataKeyOf, isEnvelope } from "../../src/sealing/envelope";
import { ARGON2_COST, isRecord, openSlot, slotByCode, slotByPassphrase } from "../../src/sealing/record";
import { newRecoveryCode, plainCode } from "../../src/sealing/recovery-code";
import type { SyncedKind } from "../../src/store/synced-kind";
import type { Row } from "../../src/store/tables";
import { exactNumbersOf, parseJson, stringifyJson, withExactNumbers } from "../../src/util/exact";

/** The least that Argon2id takes, so that the test is quick. */
const COST = { iterations: 1, memoryKiB: 8, parallelism: 1 };
const data = (seed: number) => new Uint8Array(32).fill(seed);
const key = await dataKeyOf(data(1), "k1");
const keys = new Map([["k1", key]]);
const kinds = kindsOf();

function kindOf(name: string): SyncedKind {
  const kind = kinds.get(name);
  if (!kind) throw new Error(name);
  return kind;
}

async function seal(name: string, id: string, value: Row, isWhole = false): Promise<Row> {
  return sealRow(key, kindOf(name), id, value, isWhole);
}

async function open(name: string, id: string, value: Row) {
  return openRow(keys, kindOf(name), id, value);
}

describe("secrets of a row", () => {
  const rows: [string, string, Row][] = [
    ["settings", "gitGlobalPat", { value: "canary-1" }],
    ["settings", "proxy", { value: { host: "h", password: "canary-1" } }],
    ["settings", "mcpServers", { value: [{ id: "m", headers: { "X-Key": "canary-1" } }, { id: "n" }] }],
    ["settings", "backup", { value: { mcpServers: [{ id: "m", url: "https://mcp.example/s?key=canary-1" }] } }],
    ["settings", "link", { value: "https://a.example/?to=https://anna:canary-1@b.example/" }],
    ["apiKeys", "a", { name: "Work", value: "canary-1", providerId: "p" }],
    ["syncRepos", "r", { name: "Notes", remoteUrl: "https://anna:canary-1@git.example/r.git", password: "canary-1" }],
    ["providerConfigs", "c", { name: "P", type: "t", headers: { Authorization: "canary-1" }, apiKey: "canary-1" }],
    [
      "marketplaceSources",
      "s",
      { name: "S", url: "https://market.example/i.json?key=canary-1", headers: "X: canary-1" },
    ],
    ["installedMarketplaceItems", "i", { headers: { "X-Key": "canary-1" } }],
    ["mods", "m", { name: "M", sourceUrl: "https://anna:canary-1@example.com/m.js" }],
  ];

  test.each(rows)("of %s %s are sealed, and come back", async (name, id, value) => {
    const sent = await seal(name, id, value);
    expect(JSON.stringify(sent)).not.toContain("canary");
    expect(isEnvelope(sent[name === "settings" ? "value" : "sealed"])).toBe(true);
    expect(await open(name, id, sent)).toEqual({ row: value, reading: "opened" });
  });

  test("are sealed in every collection in which the server refuses them", async () => {
    const folder = fileURLToPath(new URL("../../../src/kinds/collections", import.meta.url));
    const files = readdirSync(folder).filter((name) => name.endsWith(".rs"));
    const refusing = files.flatMap((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const [, collection] = /const NAME: &'static str = "(\w+)"/.exec(text) ?? [];
      return collection && /const (SECRETS|ADDRESSES):/.test(text) ? [collection] : [];
    });
    expect(refusing.length).toBeGreaterThan(5);
    const tried = new Set(rows.map(([name]) => name));
    expect(refusing.filter((name) => !tried.has(name))).toEqual([]);
  });

  test("leave the rest of the row as it is", async () => {
    const sent = await seal("syncRepos", "r", { name: "Notes", remoteUrl: "https://a:b@git.example/r", password: "x" });
    expect(sent).toMatchObject({ name: "Notes", remoteUrl: "https://git.example/r" });
    const plain: [string, string, Row][] = [
      ["settings", "theme", { value: "dark" }],
      ["settings", "mcpServers", { value: [] }],
      ["syncRepos", "r", { name: "Notes", remoteUrl: "u", password: "" }],
      ["mods", "m", { name: "M", scriptContent: "get('https://anna:x@example.com/')" }],
      ["tags", "t", { name: "x", password: "in a row that holds no secrets" }],
    ];
    for (const [name, id, value] of plain) expect(await seal(name, id, value)).toBe(value);
  });

  test("stay out of an address that another device has changed", async () => {
    const sent = await seal("syncRepos", "r", { name: "N", remoteUrl: "https://a:b@git.example/r" });
    const { row } = await open("syncRepos", "r", { ...sent, remoteUrl: "https://other.example/" });
    expect(row).toEqual({ name: "N", remoteUrl: "https://other.example/" });
  });
});

describe("a row that is sealed as a whole", () => {
  test("shows its references, and what the server requires without a meaning", async () => {
    const value = { conversationId: "c", index: 3, prompt: { text: "canary" }, parentId: null };
    const sent = await seal("interactions", "i", value, true);
    expect(sent).toEqual({ conversationId: "c", index: 0, sealed: sent.sealed });
    expect(await open("interactions", "i", sent)).toEqual({ row: value, reading: "opened" });
    const rule = await seal("rules", "r", { name: "canary", content: "canary" }, true);
    expect(rule).toEqual({ name: expect.stringMatching(/^sealed-.{43}$/), content: "", sealed: rule.sealed });
  });

  test("has one stand-in for one unique name, whatever the row", async () => {
    const named = async (id: string, name: string) => (await seal("tags", id, { name }, true)).name;
    expect(await named("a", "work")).toBe(await named("b", "work"));
    expect(await named("a", "work")).not.toBe(await named("a", "home"));
  });

  test("takes its references from the server, which unlinks", async () => {
    const sent = await seal("conversations", "c", { title: "T", projectId: "p", syncRepoId: "s" }, true);
    const { row } = await open("conversations", "c", { ...sent, projectId: null });
    expect(row).toEqual({ title: "T", projectId: null, syncRepoId: "s" });
  });

  test("keeps numbers that JavaScript can't hold", async () => {
    const value = parseJson('{"title":"T","metadata":{"n":12345678901234567890}}') as Row;
    const sent = await seal("conversations", "c", withExactNumbers(value, exactNumbersOf(value)), true);
    const { row } = await open("conversations", "c", parseJson(stringifyJson(sent)) as Row);
    expect(exactNumbersOf(row)).toEqual({ "/metadata/n": "12345678901234567890" });
    expect(row).toEqual(value);
  });
});

describe("an envelope", () => {
  const value = { value: "canary" };

  test("is equal for an equal row at the same place, and else has another nonce", async () => {
    const sent = await seal("settings", "token", value);
    expect(await seal("settings", "token", value)).toEqual(sent);
    const others = [
      await seal("settings", "token", { value: "other" }),
      await seal("settings", "apiToken", value),
      await sealRow(await dataKeyOf(data(2), "k1"), kindOf("settings"), "token", value, false),
    ];
    const nonces = [sent, ...others].map((row) => (row.value as { iv: string }).iv);
    expect(new Set(nonces).size).toBe(4);
  });

  test("that was changed or moved to another row doesn't open, and stays as it is", async () => {
    const sent = await seal("settings", "token", value);
    const envelope = sent.value as Record<string, string>;
    const flipped = `${envelope.ciphertext?.slice(0, -2)}${envelope.ciphertext?.endsWith("AA") ? "BA" : "AA"}`;
    for (const changed of [{ ciphertext: flipped }, { iv: "AAAAAAAAAAAAAAAA" }, { ciphertext: "?" }, { iv: "" }]) {
      const row = { value: { ...envelope, ...changed } };
      expect(await open("settings", "token", row)).toEqual({ row, reading: "unreadable" });
    }
    expect(await open("settings", "apiToken", sent)).toEqual({ row: sent, reading: "unreadable" });
    expect(await openRow(new Map(), kindOf("settings"), "token", sent)).toEqual({ row: sent, reading: "locked" });
  });
});

describe("the data key", () => {
  test("is opened by the passphrase or the code, whose cost is recorded, and by nothing else", async () => {
    const slots = [
      await slotByPassphrase(data(7), "k1", "pass phräse", COST),
      await slotByCode(data(7), "k1", plainCode("ABCDE-FGHJK-MNPQR-STVWX-YZ012")),
    ];
    const record = { v: 1, kid: "k1", slots } as const;
    expect(isRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
    expect(record.slots[0]?.kdf).toMatchObject({ name: "argon2id", ...COST });
    expect(ARGON2_COST).toEqual({ iterations: 2, memoryKiB: 19_456, parallelism: 1 });
    // "ä" as two characters is the same passphrase.
    expect(await openSlot(record, "passphrase", "pass phra\u0308se")).toEqual(data(7));
    expect(await openSlot(record, "code", plainCode("abcde fghjk mnpqr stvwx yzo l2".replace(" l", "1")))).toEqual(
      data(7),
    );
    expect(await openSlot(record, "passphrase", "pass phrase")).toBeNull();
    expect(await openSlot(record, "code", plainCode("ABCDE"))).toBeNull();
    const weaker = record.slots.map((slot) => ({ ...slot, kdf: { ...slot.kdf, iterations: 3 } }));
    expect(await openSlot({ ...record, slots: weaker }, "passphrase", "pass phräse")).toBeNull();
    expect(isRecord({ ...record, slots: [{ ...slots[0], kdf: { ...slots[0]?.kdf, memoryKiB: 2 ** 31 } }] })).toBe(
      false,
    );
  });

  test("codes are random and readable", () => {
    const codes = Array.from({ length: 50 }, newRecoveryCode);
    expect(new Set(codes).size).toBe(50);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
  });
});
