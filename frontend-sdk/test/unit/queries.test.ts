// Queries by the declared indexes: once and live.

import { describe, expect, onTestFinished, test } from "vitest";
import type { Collection, RowOf } from "../../src/types";
import { firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

type Rule = RowOf<"rules">;

const RULES: Rule[] = [
  { id: "a", name: "Delta", content: "1", type: "system", updatedAt: "2026-01-03T00:00:00.000Z" },
  { id: "b", name: "Alpha", content: "2", type: "after" },
  { id: "c", name: "Charlie", content: "3", type: "system", updatedAt: "2026-01-01T00:00:00.000Z" },
  { id: "d", name: "Bravo", content: "4", updatedAt: "2026-01-02T00:00:00.000Z" },
];

async function start(): Promise<{ env: TestEnvironment; tab: Tab; rules: Collection<Rule> }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const { rules } = tab.landfall.collections;
  await rules.putMany(RULES);
  return { env, tab, rules };
}

const ids = (rows: readonly { id: string }[] | undefined) => rows?.map(({ id }) => id).join("");

describe("a query", () => {
  test("finds rows by equality, in a range and among values", async () => {
    const { rules } = await start();
    const type = rules.where("type");
    expect(ids(await type.equals("system").list())).toBe("ac");
    expect(ids(await type.equals("nowhere").list())).toBe("");
    expect(ids(await type.anyOf(["after", "system"]).list())).toBe("bac");
    const name = rules.where("name");
    expect(ids(await name.between("Bravo", "Delta").list())).toBe("dca");
    expect(ids(await name.between("Bravo", "Delta", { includeLow: false, includeHigh: false }).list())).toBe("c");
    expect(ids(await rules.where("id").between("b", "c").list())).toBe("bc");
  });

  test("finds rows without a value, which are in no index", async () => {
    const { rules } = await start();
    expect(ids(await rules.where("type").equals(null).list())).toBe("d");
    expect(ids(await rules.where("type").anyOf(["after", null]).list())).toBe("db");
    expect(await rules.where("updatedAt").equals(null).count()).toBe(1);
    expect(
      await rules
        .where("id")
        .equals(null as never)
        .list(),
    ).toEqual([]);
  });

  test("sorts all rows, also those without a value, which are the least", async () => {
    const { rules } = await start();
    const sorted = rules.orderBy("updatedAt");
    expect(ids(await sorted.list())).toBe("bcda");
    expect(ids(await sorted.reverse().list())).toBe("adcb");
    expect(ids(await sorted.limit(2).list())).toBe("bc");
    expect(ids(await sorted.reverse().limit(3).list())).toBe("adc");
    expect(ids(await sorted.reverse().limit(4).list())).toBe("adcb");
    expect(ids(await rules.orderBy("id").reverse().list())).toBe("dcba");
  });

  test("sorts what it finds by another index", async () => {
    const { rules } = await start();
    const system = rules.where("type").anyOf(["system", null]).orderBy("name");
    expect(ids(await system.list())).toBe("dca");
    expect(ids(await system.reverse().limit(2).list())).toBe("ac");
    expect(ids(await rules.where("name").between("A", "D").orderBy("updatedAt").list())).toBe("bcd");
  });

  test("counts, and gives the first row and no row more than the limit", async () => {
    const { rules } = await start();
    expect(await rules.count()).toBe(4);
    expect(await rules.limit(3).count()).toBe(3);
    expect(await rules.where("type").equals("system").count()).toBe(2);
    expect((await rules.orderBy("name").first())?.id).toBe("b");
    expect(await rules.where("type").equals("nowhere").first()).toBeUndefined();
    expect(ids(await rules.limit(2).list())).toBe("ab");
    expect(await rules.limit(0).list()).toEqual([]);
    await expect(rules.limit(-1).list()).rejects.toMatchObject({ pointer: "/limit" });
  });

  test("gives one row after the other, in batches, and waits for the callback", async () => {
    const { tab } = await start();
    const { tags } = tab.landfall.collections;
    await tab.landfall.connectivity.simulateOffline(true);
    await tags.putMany(Array.from({ length: 120 }, (_, index) => ({ id: `t${index}`, name: `N${(index * 7) % 120}` })));
    const names: string[] = [];
    const sorted = tags.where("id").between("t", "u").orderBy("name");
    await sorted.each(async ({ id, name }) => {
      // A write in the callback doesn't disturb the query.
      if (names.length < 3) await tags.delete(id);
      names.push(name);
    });
    expect(names).toEqual(Array.from({ length: 120 }, (_, index) => `N${index}`).sort());
    expect(await tags.count()).toBe(117);
  });

  test("without an index is refused with the index to declare", async () => {
    const { rules, env } = await start();
    const refusal = expect.objectContaining({ code: "no_index", message: expect.stringContaining('Add "content"') });
    expect(() => rules.where("content")).toThrow(refusal);
    expect(() => rules.orderBy("content")).toThrow(refusal);
    expect(() => rules.where("type").equals("system").orderBy("content")).toThrow(refusal);
    expect(() => rules.where("[type+name]")).toThrow(expect.objectContaining({ code: "no_index" }));
    // Before a user is known it is refused when it is read.
    const signedOut = env.browser().tab();
    const early = signedOut.landfall.collections.rules.where("content").equals("1");
    await signedOut.signIn();
    await expect(early.list()).rejects.toMatchObject({ code: "no_index" });
  });

  test("refuses values that no index holds", async () => {
    const { rules } = await start();
    for (const value of [true, { a: 1 }, Number.NaN]) {
      await expect(
        rules
          .where("type")
          .equals(value as never)
          .list(),
      ).rejects.toMatchObject({ pointer: "/type" });
    }
  });

  test("of several members compares lists", async () => {
    const { tab } = await start();
    const { tagRuleLinks } = tab.landfall.collections;
    await tagRuleLinks.putMany(
      ["xa", "xb", "yb"].map((pair) => ({ id: pair, tagId: pair[0] ?? "", ruleId: pair[1] ?? "" })),
    );
    expect(ids(await tagRuleLinks.where("[tagId+ruleId]").equals(["x", "b"]).list())).toBe("xb");
    expect(ids(await tagRuleLinks.where("tagId").equals("x").orderBy("[tagId+ruleId]").reverse().list())).toBe("xbxa");
  });

  test("remembers the rows that it gives, so that a put of one is compared with it", async () => {
    const { tab, rules } = await start();
    const form = (await rules.where("name").equals("Delta").first()) as Rule;
    await rules.update("a", { content: "newer" });
    await rules.put({ ...form, type: "after" });
    expect(await tab.landfall.collections.rules.get("a")).toMatchObject({ content: "newer", type: "after" });
  });
});

describe("a live query", () => {
  test("follows the rows, the first row and the count", async () => {
    const { rules, tab } = await start();
    const system = rules.where("type").equals("system").orderBy("name");
    const [all, first, count] = [system.all(), system.liveFirst(), system.liveCount()];
    for (const live of [all, first, count]) onTestFinished(live.subscribe(() => {}));
    await until(() => all.get() && first.get() && count.get(), "the first results");
    expect([ids(all.get()), first.get()?.id, count.get()]).toEqual(["ca", "c", 2]);
    await rules.update("b", { type: "system" });
    await until(() => count.get() === 3 && ids(all.get()) === "bca" && first.get()?.id === "b", "the changed rows");
    await rules.deleteMany(["a", "b", "c"]);
    await until(() => count.get() === 0 && first.get() === null, "no row");
    expect(all.get()).toEqual([]);
    expect(all.key).toEqual(rules.where("type").equals("system").orderBy("name").all().key);
    expect(all.key).not.toEqual(rules.where("type").equals("system").all().key);
    await tab.sync();
  });

  test("in a transaction and before the sign-in reads what is there", async () => {
    const { env, tab, rules } = await start();
    const found = await tab.landfall.transaction(async () => {
      await rules.update("d", { type: "system" });
      return rules.where("type").equals("system").count();
    });
    expect(found).toBe(3);
    await tab.sync();
    const other = env.browser().tab();
    const live = other.landfall.collections.rules.where("type").equals("system").liveCount();
    onTestFinished(live.subscribe(() => {}));
    await other.signIn();
    await until(() => live.get() === 3, "the rows of the server");
  });
});

describe("rows of a project", () => {
  test("chats and files are listed by their project", async () => {
    const { tab } = await start();
    const { chat, assets, projects } = tab.landfall;
    const { id } = await projects.put({ name: "Harbour" });
    await chat.createSession({ title: "Tides", projectId: id });
    await chat.createSession({ title: "Other" });
    await assets.add(new File(["High water"], "tides.txt", { type: "text/plain" }), { projectId: id });
    await assets.add(new File(["Low water"], "other.txt", { type: "text/plain" }));
    const titles = async (only?: { projectId?: string | null }) =>
      (await firstValue(chat.sessions(only))).map(({ title }) => title);
    const names = async (only?: { projectId?: string | null }) =>
      (await firstValue(assets.all(only))).map(({ fileName }) => fileName);
    expect(await titles({ projectId: id })).toEqual(["Tides"]);
    expect(await titles({ projectId: null })).toEqual(["Other"]);
    expect((await titles()).sort()).toEqual(["Other", "Tides"]);
    expect(await names({ projectId: id })).toEqual(["tides.txt"]);
    expect(await names({ projectId: null })).toEqual(["other.txt"]);
    await until(async () => (await projects.where("name").equals("Harbour").count()) === 1, "the project");
  });
});
