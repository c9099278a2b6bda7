// Members that have the names of what every JavaScript object inherits (`__proto__`, `constructor`) are members like others.

import { expect, test } from "vitest";
import { mergeRows } from "../../src/store/merge";
import { EMAIL, firstValue, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { builtinKinds } from "../support/kinds";

type Members = Record<string, unknown>;

/** A literal with `__proto__` would set the prototype. */
const parse = (json: string) => JSON.parse(json) as Members;
const ODD = '{"__proto__":{"a":1},"constructor":"c","":"empty","k":1}';

function projectAtServer(env: TestEnvironment): string {
  return JSON.stringify(env.server.userData(EMAIL).live("projects").p?.data);
}

const ruleAtServer = (env: TestEnvironment) => env.server.userData(EMAIL).live("rules").r ?? {};

test("a live list shows them as they are stored", async () => {
  const { landfall } = await new TestEnvironment().signedInTab();
  await landfall.projects.put({ id: "p", name: "P", data: parse(ODD) });
  const [row] = await firstValue(landfall.projects.all());
  expect(JSON.stringify(row?.data)).toBe(ODD);
  expect(row?.data).not.toHaveProperty("a");
});

test("a row of a live list can be put again, and the server keeps them", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.projects.put({ id: "p", name: "P", data: parse(ODD) });
  await tab.untilSent();
  const [row] = await firstValue(tab.landfall.projects.all());
  await tab.landfall.projects.put({ id: "p", name: "Another name", data: row?.data ?? null });
  await tab.untilSent();
  expect(projectAtServer(env)).toBe(ODD);
});

test("they outlive the retry of a request that had no answer", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500, code: "internal" });
  await tab.landfall.projects.put({ id: "p", name: "P", data: parse(ODD) });
  const { syncQueue } = tab.browser.database();
  await until(async () => (await syncQueue.toArray())[0]?.attempts === 1, "the failed attempt");
  // Ends the delay of the sealed entry.
  await tab.landfall.sync.now();
  await tab.untilSent();
  expect(projectAtServer(env)).toBe(ODD);
});

test("a merge keeps them, whichever side has them", async () => {
  const rules = builtinKinds().get("rules");
  if (!rules) throw new Error("there is no collection rules");
  const base = { id: "r", name: "N", content: "c" };
  const odd: Members = { ...parse(ODD), ...base };
  const other = { ...base, name: "N2" };
  for (const merged of [mergeRows(rules, base, odd, other), mergeRows(rules, base, other, odd)]) {
    expect(parse(JSON.stringify(merged))).toEqual({ ...odd, name: "N2" });
    expect(JSON.stringify(merged)).toContain('"__proto__":{"a":1}');
  }
  expect(Object.keys(mergeRows(rules, odd, base, odd)).sort()).toEqual(["content", "id", "name"]);
  expect(JSON.stringify(mergeRows(rules, base, { ...parse('{"__proto__":{}}'), ...base }, base))).toContain(
    "__proto__",
  );
});

test("a member that one device adds while another edits the row reaches the server", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const { rules } = tab.landfall.collections;
  await rules.put({ id: "r", name: "N", content: "c" });
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  await rules.put({ ...parse(ODD), id: "r", name: "N", content: "c" } as never);
  env.server.userData(EMAIL).write("rules", "r", { ...ruleAtServer(env), name: "theirs" });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  expect(ruleAtServer(env)).toMatchObject({ name: "theirs", constructor: "c" });
  expect(JSON.stringify(ruleAtServer(env))).toContain('"__proto__":{"a":1}');
});
