// Numbers that JavaScript can't hold: nothing that this device writes rounds the server's.

import { describe, expect, test } from "vitest";
import type { Row } from "../../src/store/tables";
import type { Collection } from "../../src/types";
import { exactNumbersOf, parseJson, rounded, stringifyJson, withExactNumbers } from "../../src/util/exact";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";

const EXACT = "1254071346418286654";
/** How the fake server keeps it. */
const STORED = `\0${EXACT}`;

describe("exact numbers", () => {
  test("are known by their pointers, and rounded in the value", () => {
    const text = `{"a":[1,{"b/c":${EXACT}}],"s":"x, ${EXACT}, \\"${EXACT}","f":0.12345678901234567890,"e":1e300,"p":2.50,"k\\"":-${EXACT}}`;
    const value = parseJson(text) as Row;
    expect(value).toEqual(JSON.parse(text));
    expect(exactNumbersOf(value)).toEqual({
      "/a/1/b~1c": EXACT,
      "/f": "0.12345678901234567890",
      '/k"': `-${EXACT}`,
    });
  });

  test("that JavaScript writes like the server are not among them", () => {
    const text = "[1,9007199254740991,9007199254740992,0.30000000000000004,9007199254740993,-0.1234567890123456]";
    const value = parseJson(text);
    expect(value).toEqual(JSON.parse(text));
    expect(exactNumbersOf(value)).toEqual({ "/4": "9007199254740993" });
    expect(parseJson(`"${"9".repeat(40)}`.concat('"'))).toBe("9".repeat(40));
    expect(() => parseJson(`{"a": "${"1".repeat(20)}`)).toThrow(SyntaxError);
  });

  test("are sent where the value is still the same, also at another place of a list", () => {
    const exact = { "/list/0": EXACT, "/n": "9007199254740993" };
    const value = { list: [5, Number(EXACT)], n: 9007199254740994, text: EXACT };
    const marked = withExactNumbers(value, exact);
    expect(stringifyJson(marked)).toBe(`{"list":[5,${EXACT}],"n":9007199254740994,"text":"${EXACT}"}`);
    expect(rounded(marked)).toEqual(value);
    expect(stringifyJson({ text: '"\\u00001"' })).toBe(JSON.stringify({ text: '"\\u00001"' }));
  });
});

describe("a number beyond 2^53 stays exact", () => {
  async function start(): Promise<{ tab: Tab; userData: ReturnType<TestEnvironment["server"]["userData"]> }> {
    const env = new TestEnvironment();
    const userData = env.server.userData(EMAIL);
    const number = { n: STORED };
    userData.write("chatSessions", SESSION, { title: "Old", metadata: number });
    userData.write("projects", "p", { name: "Old", data: number });
    userData.write("rules", "r", { name: "Rule", content: "old", ...number, data: { list: [STORED, 1] } });
    const tab = await env.signedInTab();
    await tab.sync();
    return { tab, userData };
  }

  const SESSION = "01890000-0000-7000-8000-000000000001";

  test("when another member of its row is changed, in several ways and in turn", async () => {
    const { tab, userData } = await start();
    const rules = tab.landfall.collections.rules as unknown as Collection<Row>;
    const rule = await rules.get("r");
    expect(rule).toMatchObject({ n: Number(EXACT) });
    await rules.put({ ...rule, content: "put" });
    await tab.sync();
    expect(userData.live("rules").r).toMatchObject({ content: "put", n: STORED, data: { list: [STORED, 1] } });
    await rules.update("r", { data: { list: [0, Number(EXACT)], more: 1 } });
    await rules.update("r", { content: "updated" });
    await tab.sync();
    expect(userData.live("rules").r).toMatchObject({
      content: "updated",
      n: STORED,
      data: { list: [0, STORED], more: 1 },
    });
    await rules.update("r", { n: 7 });
    await tab.sync();
    expect(userData.live("rules").r).toMatchObject({ n: 7 });
  });

  test("when its chat is renamed and moved", async () => {
    const { tab, userData } = await start();
    await tab.landfall.chat.renameSession(SESSION, "New");
    await tab.sync();
    await tab.landfall.chat.updateSession(SESSION, { projectId: "p" });
    await tab.sync();
    expect(userData.sessions()).toMatchObject([{ title: "New", projectId: "p", metadata: { n: STORED } }]);
  });

  test("when a conflict about its project is resolved with the local row", async () => {
    const { tab, userData } = await start();
    await tab.landfall.connectivity.simulateOffline(true);
    await tab.landfall.projects.update("p", { name: "Mine" });
    userData.write("projects", "p", { name: "Theirs", data: { n: STORED, more: 2 } });
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    await tab.landfall.conflicts.resolve({ collection: "projects", key: "p" }, "mine");
    await tab.sync();
    expect(userData.live("projects").p).toMatchObject({ name: "Mine", data: { n: STORED } });
  });

  test("when a row of the same name becomes part of its row", async () => {
    const { tab, userData } = await start();
    await tab.landfall.connectivity.simulateOffline(true);
    await tab.landfall.collections.tags.put({ id: "mine", name: "Sea", colour: "blue" } as never);
    userData.write("tags", "theirs", { name: "Sea", n: STORED });
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    expect(userData.live("tags")).toEqual({ theirs: { name: "Sea", colour: "blue", n: STORED } });
  });

  test("when an edit is merged, or offered again after a restore", async () => {
    const { tab, userData } = await start();
    const rules = tab.landfall.collections.rules as unknown as Collection<Row>;
    const restore = userData.backup();
    await tab.landfall.connectivity.simulateOffline(true);
    await rules.update("r", { content: "mine" });
    userData.write("rules", "r", { ...userData.live("rules").r, name: "Theirs" });
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    expect(userData.live("rules").r).toMatchObject({ name: "Theirs", content: "mine", n: STORED });
    restore();
    await tab.sync();
    expect(userData.live("rules").r).toMatchObject({ name: "Theirs", content: "mine", n: STORED });
  });

  test("numbers that a double holds are stored", async () => {
    const { tab } = await start();
    for (const value of [2 ** 60, 1e21, Number.MAX_VALUE]) {
      expect(await tab.landfall.collections.settings.put({ key: String(value), value })).toMatchObject({ value });
    }
  });
});
