// Files on their way to the server: every row is found wherever the chunks of the file end, and what is secret in it is taken out on the device.

import { expect, test } from "vitest";
import { JsonReader } from "../../src/compat/transfer/json-reader";
import { type FoundRow, walkDocument } from "../../src/compat/transfer/sections";
import { takeOut } from "../../src/compat/transfer/take-out";
import { dataKeyOf, isEnvelope } from "../../src/sealing/envelope";
import { builtinKinds } from "../support/kinds";

/** A file whose chunks have so many bytes. */
function fileOf(text: string, chunkBytes: number): Blob {
  const bytes = new TextEncoder().encode(text);
  const file = new Blob([bytes]);
  const chunks = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += chunkBytes) controller.enqueue(bytes.slice(at, at + chunkBytes));
        controller.close();
      },
    });
  return Object.assign(file, { stream: chunks });
}

/** The rows as "collection key", with the text of each. */
async function rowsIn(text: string, chunkBytes = 7, whole: readonly string[] = []): Promise<[string, string][]> {
  const reader = new JsonReader(fileOf(text, chunkBytes));
  const rows: [string, string][] = [];
  const row = async ({ collection, key, isMisplaced, range }: FoundRow) => {
    const name = [collection, ...(key === undefined ? [] : [key]), ...(isMisplaced ? ["misplaced"] : [])].join(" ");
    rows.push([name, await reader.text(range)]);
  };
  await walkDocument(reader, { whole: new Set(whole), row, other: () => rows.push(["other", ""]) });
  return rows;
}

const DOCUMENT = `\ufeff[ {"version": 1.0, "interactions": [{"id": "a\\\\", "x": ["]\\"}", {"y": "\u20ac\\u007d"}]}, 7],
  "settings": {"theme" : "dark", "git\\u0047lobalPat": "x", "\\"": {"a": [1, {}]}},
  "apiKeys": [ {"id": "k", "value": "}]\\\\"} , null,1e5,[]], "conversation": {"id": "c"},
  "mcpServers": [{"id": "m"}], "mods": {"not": "a list"}, "syncRepos": null, "agents": [{"id": "g"}]},
  {"project": {"id": "p"}, "children": [{"conversation": {"id": "d"}, "settings": {"deep": true}}]}, {"mapping": {}}]`;

test("rows are found wherever chunks end", async () => {
  const found = [
    ["settings theme", '"dark"'],
    ["settings gitGlobalPat", '"x"'],
    ['settings "', '{"a": [1, {}]}'],
    ["apiKeys", '{"id": "k", "value": "}]\\\\"}'],
    ["apiKeys", "null"],
    ["apiKeys", "1e5"],
    ["apiKeys", "[]"],
    ["settings mcpServers", '[{"id": "m"}]'],
    ["mods misplaced", '{"not": "a list"}'],
    ["settings deep", "true"],
    ["other", ""],
  ];
  for (let bytes = 1; bytes < 40; bytes += 1) expect([bytes, await rowsIn(DOCUMENT, bytes)]).toEqual([bytes, found]);
  const whole = await rowsIn(DOCUMENT, 5, ["conversations", "interactions", "promptTemplates"]);
  expect(whole.map(([name]) => name).filter((name) => !/^(settings|apiKeys|mods|other)/.test(name))).toEqual([
    ...["interactions", "interactions", "conversations", "promptTemplates", "conversations"],
  ]);
});

test("what is no JSON comes to an end", async () => {
  for (const text of [
    "",
    "{",
    "[",
    '{"settings"',
    '{"settings":{"a":1',
    '{"apiKeys":[1,,2',
    "[}",
    '"text',
    "]]",
    '{"a":"\\',
  ])
    for (const bytes of [1, 100]) expect(await rowsIn(text, bytes)).toBeInstanceOf(Array);
});

const ROWS: readonly [FoundRow["collection"], string | undefined, unknown][] = [
  ["apiKeys", undefined, { id: "k", name: "K", value: "canary" }],
  ["syncRepos", undefined, { id: 7, name: "S", remoteUrl: "https://a:canary@h.example/r", password: "canary" }],
  ["syncRepos", undefined, { name: "Without an id", remoteUrl: "https://h.example/r", password: "canary" }],
  ["settings", "gitGlobalPat", "canary"],
  ["settings", "mcpServers", [{ id: "m", url: "http://localhost", headers: { "X/Key": "canary" } }]],
  ["marketplaceSources", undefined, { id: "m", name: "M", url: "https://m.example/?key=canary" }],
  ["mods", undefined, { id: "m", name: "M", sourceUrl: "https://a:canary@h.example/m.js" }],
];
const OPEN: readonly [string, string | undefined, unknown][] = [
  ["settings", "theme", "dark"],
  ["settings", "gitGlobalPat", ""],
  ["syncRepos", undefined, { id: "r", name: "R", remoteUrl: "https://h.example/r" }],
  ["apiKeys", undefined, { id: "k", name: "K", sealed: { alg: "A256GCM", kid: "d", iv: "a", ciphertext: "b" } }],
  ["apiKeys", undefined, "no row"],
];

async function taken(all: typeof ROWS, canSeal: boolean) {
  const key = canSeal ? await dataKeyOf(crypto.getRandomValues(new Uint8Array(32)), "kid") : undefined;
  const options = { kinds: builtinKinds(), whole: new Set<string>(), key };
  const results = all.map(([collection, name, value]) => {
    const found = { collection, ...(name && { key: name }), isMisplaced: false, range: { start: 0, end: 0 } };
    return takeOut(found, JSON.stringify(value), options);
  });
  return Promise.all(results);
}

test("without a passphrase secrets stay on the device, and each is listed", async () => {
  const left = await taken(ROWS, false);
  expect(JSON.stringify(left)).not.toContain("canary");
  expect(left.map(({ secrets }) => [secrets?.key, secrets?.pointers])).toEqual([
    ["k", ["/value"]],
    ["7", ["/remoteUrl", "/password"]],
    [null, ["/password"]],
    ["gitGlobalPat", [""]],
    ["mcpServers", ["/m/headers"]],
    ["m", ["/url"]],
    ["m", ["/sourceUrl"]],
  ]);
  const rows = left.map(({ text }) => JSON.parse(text ?? ""));
  expect(rows[1]).toEqual({ id: 7, name: "S", remoteUrl: "https://h.example/r" });
  expect(rows[2]).toEqual({ name: "Without an id", remoteUrl: "https://h.example/r" });
  // The server refuses these rows, and leaves stored ones as they are.
  expect([rows[0].value, rows[3]]).toEqual(Array(2).fill("left out on the device"));
  expect(await taken(OPEN, false)).toEqual(OPEN.map(() => ({ text: null, secrets: null })));
});

test("with a passphrase secrets are sealed for the key under which the server stores the row", async () => {
  const sealed = await taken(ROWS, true);
  expect(JSON.stringify(sealed.map(({ text }) => text))).not.toContain("canary");
  const rows = sealed.map(({ text }) => JSON.parse(text ?? ""));
  expect(rows.map((row) => isEnvelope(row.sealed ?? row))).toEqual(ROWS.map(() => true));
  expect(rows.map(({ id }) => id)).toEqual([
    "k",
    "7",
    expect.stringMatching(/^imported-/),
    undefined,
    undefined,
    "m",
    "m",
  ]);
  expect(await taken(OPEN, true)).toEqual(OPEN.map(() => ({ text: null, secrets: null })));
});
