// The SDK's rules of rows and the real server check the same rows. Each row has one member with a value of another kind, and the server gets it in a push.

import { afterAll, beforeAll, expect, it } from "vitest";
import { generatedRules } from "../../../src/generated/rules.gen";
import { generatedCollections } from "../../../src/generated/tables.gen";
import { checkMembers } from "../../../src/store/check-members";
import type { JsonObject } from "../json";
import { RealServer } from "../real-server";

const PUSH = 200;
/** Refusals that need other rows, or that look for secrets. */
const OTHER_REFUSALS = ["unknown_reference", "duplicate_name", "secret_in_clear"];

const SEALED = { alg: "A256GCM", iv: "MDEyMzQ1Njc4OWFi", ciphertext: "MDEyMzQ1Njc4OWFiY2RlZg" };
const VALUES: readonly unknown[] = [
  ...[undefined, null, true, 5, -1, 1.5, 2 ** 63, 1e30],
  ...["", "a", "x".repeat(129), "x".repeat(201), "x".repeat(300), "\u{1F600}".repeat(200)],
  ...["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-01-01t00:00:00.123456789z", "2026-01-01 00:00:00Z"],
  ...["2026-01-01", "2026-02-30T00:00:00Z", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z"],
  ...[
    [],
    ["a"],
    [1],
    [null],
    [{}],
    {},
    SEALED,
    { ...SEALED, alg: "x" },
    { ...SEALED, kdf: 5, kid: 5 },
    { alg: "A256GCM" },
  ],
];

let real: RealServer;
beforeAll(async () => {
  real = await RealServer.start();
});
afterAll(async () => {
  await real.stop();
});

it("rows_that_pass_the_rules_are_those_that_the_server_takes", async () => {
  const { token } = await real.signIn("rules@example.org");
  const rows = Object.entries<{ direction?: string; key?: string; unique?: unknown; references?: unknown }>(
    generatedCollections,
  ).flatMap(([name, { direction = "both", key = "id" }]) =>
    direction === "both" ? rowsOf(name, key).map((value) => ({ name, key, value })) : [],
  );
  const judged: string[] = [];
  for (let at = 0; at < rows.length; at += PUSH) {
    const mutations = rows.slice(at, at + PUSH).map(({ name, value }, index) => {
      return { id: at + index + 1, collection: name, op: "put", key: `r${at + index}`, baseRevision: 0, value };
    });
    const { body } = await real.ask(token, "POST", "/api/sync", { clientId: "rules", collections: [], mutations });
    for (const [index, result] of (body as { results: JsonObject[] }).results.entries()) {
      const row = rows[at + index];
      if (row && takes(result) !== passes(row.name, { ...row.value, [row.key]: "r" }))
        judged.push(JSON.stringify([row, result.error]));
    }
  }
  expect(judged).toEqual([]);
  expect(rows.length).toBeGreaterThan(1_000);
});

/** Rows with each member in each value. The others have the least that is valid. */
function rowsOf(name: string, key: string): JsonObject[] {
  const rules = (generatedRules[name] ?? "").split(";").flatMap((rule) => {
    const [, member = "", required, type = ""] = /^(\w+)([!?])(.*)$/.exec(rule) ?? [];
    return member === key ? [] : [{ member, type, required: required === "!" }];
  });
  const least = rules.filter(({ required }) => required).map(({ member, type }) => [member, type === "i" ? 0 : "text"]);
  return rules.flatMap(({ member }, place) =>
    VALUES.map((value, index) => {
      const unique = "name" in Object.fromEntries(least) ? { name: `${place} ${index}` } : {};
      return JSON.parse(JSON.stringify({ ...Object.fromEntries(least), ...unique, [member]: value })) as JsonObject;
    }),
  );
}

function takes({ status, error }: JsonObject): boolean {
  const { code, errors = [] } = (error ?? {}) as { code?: string; errors?: { code: string }[] };
  return (
    status === "applied" || [code ?? "", ...errors.map((one) => one.code)].some((one) => OTHER_REFUSALS.includes(one))
  );
}

function passes(name: string, row: object): boolean {
  try {
    checkMembers(name, row, "row");
    return true;
  } catch {
    return false;
  }
}
