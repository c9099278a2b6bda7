// What the server would always refuse is refused before it is stored, with a text for each wrong member.

import { beforeEach, describe, expect, test } from "vitest";
import { emitRules, type RuleSchema } from "../../codegen/rules";
import type { InvalidInputError } from "../../src/errors";
import { checkMembers, sizeOf } from "../../src/store/check-members";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";

/** The errors of a call that is rejected, as "pointer: message". */
async function faults(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => {
      throw new Error("it was stored");
    },
    (reason: InvalidInputError) => reason,
  );
  expect(error).toMatchObject({ code: "invalid_input", pointer: error.errors[0]?.pointer });
  return error.errors.map(({ pointer, message }) => `${pointer}: ${message}`);
}

describe("a write of an invalid row", () => {
  let tab: Tab;
  beforeEach(async () => {
    const env = new TestEnvironment();
    env.options = { guest: true };
    tab = env.browser().tab();
    await tab.landfall.start();
  });

  test("names every wrong member and stores nothing", async () => {
    const { tags, interactions, providerConfigs, promptTemplates } = tab.landfall.collections;
    expect(await faults(tags.put({ id: "t" } as never))).toEqual(["/name: It is required."]);
    expect(await faults(tags.put({ id: 7, name: 5, createdAt: "today", description: [] } as never))).toEqual([
      "/createdAt: It must be a time such as 2026-11-21T08:30:00.000Z.",
      "/description: It must be text.",
      "/id: It must be text.",
      "/name: It must be text.",
    ]);
    expect(await faults(interactions.put({ id: "i", conversationId: "", index: 1.5, rating: "5" } as never))).toEqual([
      "/conversationId: It must not be empty.",
      "/index: It must be a whole number.",
      "/rating: It must be a number.",
    ]);
    const sealed = { alg: "A128", iv: "short", ciphertext: "x".repeat(22) };
    expect(await faults(providerConfigs.put({ id: "k", name: "Key", type: "x", sealed } as never))).toEqual([
      "/sealed/alg: It must be one of A256GCM.",
      "/sealed/iv: It must have at least 16 characters.",
    ]);
    const template = { id: "p", name: "P", prompt: "x", tags: ["a", 1], isPublic: "no", variables: {} };
    expect(await faults(promptTemplates.put(template as never))).toEqual([
      "/isPublic: It must be true or false.",
      "/tags/1: It must be text.",
      "/variables: It must be a list.",
    ]);
    expect(await tags.list()).toEqual([]);
  });

  test("is rejected in an update too, which needs no other member", async () => {
    const { rules } = tab.landfall.collections;
    await rules.put({ id: "r", name: "Rule", content: "x" });
    expect(await faults(rules.update("r", { name: null, alwaysOn: 1 } as never))).toEqual([
      "/alwaysOn: It must be true or false.",
      "/name: It is required.",
    ]);
    await rules.update("r", { alwaysOn: true, description: null });
    expect(await rules.get("r")).toEqual({ id: "r", name: "Rule", content: "x", alwaysOn: true, description: null });
  });

  test("is rejected in the resolution of a conflict too", async () => {
    const env = new TestEnvironment();
    env.options = { conflicts: { rules: "ask" } };
    const userData = env.server.userData(EMAIL);
    userData.write("rules", "r", { name: "Rule", content: "old" });
    const device = await env.signedInTab();
    await device.sync();
    await device.landfall.connectivity.simulateOffline(true);
    await device.landfall.collections.rules.update("r", { content: "mine" });
    userData.write("rules", "r", { name: "Rule", content: "theirs" });
    await device.landfall.connectivity.simulateOffline(false);
    await device.sync();
    const { conflicts } = device.landfall;
    const resolution = conflicts.resolve({ collection: "rules", key: "r" }, { name: 5 });
    expect(await faults(resolution)).toEqual(["/content: It is required.", "/name: It must be text."]);
    expect(await firstValue(conflicts.list())).toHaveLength(1);
  });

  test("of a project or a chat names every wrong member", async () => {
    const { projects, chat } = tab.landfall;
    const both = { name: "", data: "text" } as never;
    const expected = ["/data: It must be an object.", "/name: It must not be empty."];
    expect(await faults(projects.put(both))).toEqual(expected);
    expect(await faults(projects.update("p", both))).toEqual(expected);
    expect(await faults(chat.createSession({ title: "x".repeat(201), projectId: "" }))).toEqual([
      "/projectId: It must not be empty.",
      "/title: It has more than 200 characters.",
    ]);
    expect(await faults(chat.send("s", { role: "robot", content: 5 } as never))).toEqual([
      "/content: It must be text.",
      "/role: It must be one of user, assistant, system, tool.",
    ]);
    expect(await firstValue(chat.sessions())).toEqual([]);
  });

  test("that is too large in the server's measure is rejected", async () => {
    const { tags, settings } = tab.landfall.collections;
    const emoji = "\u{1F600}".repeat(300_000);
    expect(await faults(tags.put({ id: "t", name: "Sea", description: emoji }))).toEqual([
      ": It has 1,200,031 bytes, and 1,048,576 are the most.",
    ]);
    await tags.put({ id: "t", name: "\u{1F600}".repeat(200), description: "x".repeat(1_000_000) });
    expect(await faults(tags.update("t", { more: "x".repeat(50_000) } as never))).toHaveLength(1);
    expect(await tags.get("t")).not.toHaveProperty("more");
    expect(await faults(settings.put({ key: "k", value: Array(4000).fill(5e-324) }))).toHaveLength(1);
    expect(await faults(tab.landfall.projects.put({ data: { text: "é".repeat(2_700_000) } }))).toEqual([
      "/data: It has 5,400,011 bytes, and 5,242,880 are the most.",
    ]);
  });
});

test("limits are the ones that the server has told", async () => {
  const env = new TestEnvironment();
  const limits = { maxValueBytes: { tags: 50 }, maxProjectBytes: 20, files: env.server.files.rules };
  env.server.limits = limits;
  const { collections, projects } = (await env.signedInTab(EMAIL)).landfall;
  expect(await faults(collections.tags.put({ id: "t", name: "x".repeat(40) }))).toHaveLength(1);
  await collections.rules.put({ id: "r", name: "x".repeat(40), content: "" });
  expect(await faults(projects.put({ data: { text: "x".repeat(20) } }))).toHaveLength(1);
});

describe("rules", () => {
  test("are made of schemas as the generator gives them", () => {
    const nullable = (...items: RuleSchema[]): RuleSchema => ({
      items: [...items, { type: "null" }],
      logicalOperator: "or",
    });
    const schemas = new Map<string, RuleSchema>([
      ["Time", { type: "string", format: "date-time" }],
      ["Inner", { type: "object", properties: { size: { type: "integer" } }, required: ["size"] }],
      ["Kind", { type: "enum", logicalOperator: "or", items: [{ const: "a" }, { const: "b" }] }],
      [
        "Note",
        {
          type: "object",
          required: ["id", "inner", "any"],
          properties: {
            id: { type: "string", minLength: 1, maxLength: 128 },
            inner: { $ref: "#/components/schemas/Inner" },
            any: {},
            at: nullable({ $ref: "#/components/schemas/Time" }),
            kinds: nullable({ type: "array", items: [{ $ref: "#/components/schemas/Kind" }] }),
            title: { ...nullable({ type: "string" }), maxLength: 9 },
            tagId: nullable({ type: "string" }),
          },
        },
      ],
    ]);
    const collection = {
      ...{ name: "notes", policy: "merge", direction: "both", unique: [] },
      references: [{ member: "tagId", collection: "tags", required: false, onDelete: "unlink" }],
    };
    const table = { table: "notes", primaryKey: "id", indexes: [], typeName: "Note", collection };
    const text = emitRules([table], schemas, { inner: "Inner" });
    expect(text).toContain('"notes": "any!*;at?t;id!s1-128;inner!@Inner;kinds?[=a|b;tagId?s1-128;title?s-9"');
    expect(text).toContain('"Inner": "size!i"');
    expect(text).toContain('"inner": "size!i"');
    expect(() => emitRules([], schemas, { x: "Nope" })).toThrow("x: there is no schema Nope");
  });

  test("times are those of RFC 3339 with the years 0001 to 9999", () => {
    const check = (createdAt: unknown) => () => checkMembers("tags", { id: "t", name: "x", createdAt }, "row");
    for (const time of ["2026-11-21T08:30:00.000Z", "2024-02-29t23:59:59+05:30", "0001-01-01T00:00:00z"]) {
      expect(check(time)).not.toThrow();
    }
    for (const time of [
      "2026-02-29T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "2026-11-21",
      "2026-11-21T24:00:00Z",
      5,
      "now",
    ]) {
      expect(check(time)).toThrow("a time");
    }
  });

  test("kinds without rules pass, also one that is named like a member of every object", () => {
    expect(() => checkMembers("constructor", { a: 1 }, "row")).not.toThrow();
  });

  test("sizes are UTF-8 bytes with numbers spelled out", () => {
    expect([sizeOf({ a: "é" }), sizeOf(1e21), sizeOf(5e-7), sizeOf([1.5, "1e21"])]).toEqual([10, 22, 10, 12]);
  });
});
