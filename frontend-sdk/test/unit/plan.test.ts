// What is sent next, decided from the entries alone.

import { expect, test } from "vitest";
import type { OutboxEntry } from "../../src/db/device-tables";
import { planNext } from "../../src/outbox/plan";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RULES = new Map([
  ["rows", { maxBatch: 3, flushAt: 2 }],
  ["single", { maxBatch: 1, flushAt: 1 }],
]);

let order = 0;

function entry(change: Partial<OutboxEntry> = {}): OutboxEntry {
  order += 1;
  return {
    id: `e${order}`,
    order,
    type: "mutation",
    collection: "rows",
    key: `k${order}`,
    op: "create",
    lane: "rows:a",
    waitsFor: [],
    fields: [],
    base: {},
    status: "pending",
    attempts: 0,
    nextRetryAt: null,
    payloadHash: "",
    error: null,
    requestId: null,
    body: null,
    queuedAt: "",
    ...change,
  };
}

function at(ms: number): string {
  return new Date(NOW + ms).toISOString();
}

function plan(...entries: OutboxEntry[]) {
  const next = planNext(entries, (collection) => RULES.get(collection), NOW);
  return next.kind === "send" ? next.entries : next;
}

test("an empty queue is idle", () => {
  expect(plan()).toEqual({ kind: "idle" });
});

test("entries of a lane are sent together up to the collection's limit", () => {
  const entries = [entry(), entry(), entry(), entry()];
  expect(plan(...entries)).toEqual(entries.slice(0, 3));
});

test("the pause counts from the last entry, and ends early when enough wait", () => {
  expect(plan(entry({ nextRetryAt: at(500) }))).toEqual({ kind: "wait", ms: 500 });
  const two = [entry({ nextRetryAt: at(500) }), entry({ nextRetryAt: at(900) })];
  expect(plan(...two)).toEqual(two);
});

test("what was frozen together is sent together, whatever was written since", () => {
  const frozen = [entry({ requestId: "r" }), entry({ requestId: "r" })];
  expect(plan(...frozen, entry())).toEqual(frozen);
});

test("an entry left sending by a dead leader is sent again at once", () => {
  const left = entry({ requestId: "r", status: "sending" });
  expect(plan(left)).toEqual([left]);
});

test("a retry is waited for, and holds back what was written later in its lane", () => {
  expect(plan(entry({ requestId: "r", nextRetryAt: at(4_000) }), entry())).toEqual({ kind: "wait", ms: 4_000 });
});

test("another lane doesn't wait", () => {
  const other = entry({ lane: "rows:b" });
  expect(plan(entry({ requestId: "r", nextRetryAt: at(4_000) }), other)).toEqual([other]);
});

test("a failed entry is passed by what was written later", () => {
  const later = entry();
  expect(plan(entry({ status: "failed" }), later)).toEqual([later]);
});

test("an entry waits for those it names, also for failed ones", () => {
  const create = entry({ collection: "single", lane: "single:a", status: "failed" });
  expect(plan(create, entry({ waitsFor: [create.id] }))).toEqual({ kind: "idle" });
});

test("an entry whose predecessor was answered waits no more", () => {
  const free = entry({ waitsFor: ["answered"] });
  expect(plan(free)).toEqual([free]);
});

test("of several due lanes the one that was written first goes first", () => {
  const [first, second] = [entry({ lane: "rows:x" }), entry({ lane: "rows:y" })];
  expect(plan(first, second)).toEqual([first]);
});

test("a date beyond every delay of ours is a clock that was moved: it is due", () => {
  const entry1 = entry({ requestId: "r", nextRetryAt: at(10 * 365 * 86_400_000) });
  expect(plan(entry1)).toEqual([entry1]);
});

test("a collection that this version doesn't know waits for one that does", () => {
  expect(plan(entry({ collection: "future", lane: "future:a" }))).toEqual({ kind: "idle" });
});
