// What is sent next, decided from the entries alone.

import { expect, test } from "vitest";
import type { OutboxEntry } from "../../src/db/device-tables";
import { planNext } from "../../src/outbox/plan";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
let order = 0;

function entry(change: Partial<OutboxEntry> = {}): OutboxEntry {
  order += 1;
  return {
    id: `e${order}`,
    order,
    type: "mutation",
    collection: "chatMessages",
    key: `k${order}`,
    op: "put",
    create: true,
    needs: [],
    lane: "chatMessages:a",
    taken: [],
    status: "pending",
    attempts: 0,
    nextRetryAt: null,
    payloadHash: "",
    error: null,
    requestId: null,
    clientId: null,
    number: null,
    body: null,
    queuedAt: "",
    ...change,
  };
}

function at(ms: number): string {
  return new Date(NOW + ms).toISOString();
}

/** Frozen under a client's name; entries with the same request travel together. */
function frozen(number: number, change: Partial<OutboxEntry> = {}): OutboxEntry {
  return entry({ requestId: "r", clientId: "c", number, body: {}, ...change });
}

function plan(...entries: OutboxEntry[]) {
  const facts = { now: NOW, clientId: "c", sends: (name: string) => name !== "future", stays: new Set(["tags:here"]) };
  const next = planNext(entries, facts);
  return next.kind === "send" ? next.entries : next;
}

test("an empty queue is idle", () => {
  expect(plan()).toEqual({ kind: "idle" });
});

test("everything that is due goes in one request, up to 500", () => {
  const entries = Array.from({ length: 510 }, (_, index) => entry({ lane: `rows:${index}` }));
  expect(plan(...entries)).toEqual(entries.slice(0, 500));
});

test("the pause counts from the last message of a session, and ends early when fifteen wait", () => {
  expect(plan(entry({ nextRetryAt: at(500) }))).toEqual({ kind: "wait", ms: 500 });
  const fourteen = Array.from({ length: 14 }, () => entry({ nextRetryAt: at(500) }));
  expect(plan(...fourteen)).toEqual({ kind: "wait", ms: 500 });
  const fifteen = [...fourteen, entry({ nextRetryAt: at(900) })];
  expect(plan(...fifteen)).toEqual(fifteen);
});

test("one session's pause holds no other back", () => {
  const other = entry({ lane: "chatMessages:b" });
  expect(plan(entry({ nextRetryAt: at(500) }), other)).toEqual([other]);
});

test("what was frozen together is sent together, whatever was written since", () => {
  const request = [frozen(1), frozen(2)];
  expect(plan(...request, entry())).toEqual(request);
});

test("an entry left sending by a dead leader is sent again at once", () => {
  const left = frozen(1, { status: "sending" });
  expect(plan(left)).toEqual([left]);
});

test("of a request that was halved the lower numbers go first, in whatever order they were written", () => {
  const second = frozen(2, { requestId: "s" });
  const first = frozen(1);
  expect(plan(second, first)).toEqual([first]);
});

test("a retry is waited for, and holds back what would be numbered behind it", () => {
  expect(plan(frozen(1, { nextRetryAt: at(4_000) }), entry())).toEqual({ kind: "wait", ms: 4_000 });
});

test("a retry under an old name holds nothing back", () => {
  const next = entry();
  expect(plan(frozen(7, { clientId: "old", nextRetryAt: at(4_000) }), next)).toEqual([next]);
});

test("a failed entry is passed by what was written later, but not by its own row's next edit", () => {
  const later = entry();
  const failed = frozen(1, { status: "failed" });
  expect(plan(failed, entry({ key: failed.key }), later)).toEqual([later]);
});

test("an entry goes behind what it needs, also when that was written later", () => {
  const create = entry({ collection: "tags", key: "t", lane: "tags:t" });
  const link = entry({ collection: "tagRuleLinks", lane: "l", needs: ["tags:t"] });
  expect(plan(link, create)).toEqual([create, link]);
});

test("an entry waits for what it needs while that has failed or stays on this device", () => {
  const create = entry({ collection: "chatSessions", key: "s", lane: "s", status: "failed" });
  expect(plan(create, entry({ needs: ["chatSessions:s"] }))).toEqual({ kind: "idle" });
  expect(plan(entry({ needs: ["tags:here"] }))).toEqual({ kind: "idle" });
});

test("an entry whose needs are at the server, or unknown here, waits for nothing", () => {
  const free = entry({ needs: ["chatSessions:there"] });
  expect(plan(entry({ collection: "chatSessions", key: "there", lane: "s", create: false }), free)).toHaveLength(2);
  expect(plan(free)).toEqual([free]);
});

test("a date beyond every delay of ours is a clock that was moved: it is due", () => {
  const late = frozen(1, { nextRetryAt: at(10 * 365 * 86_400_000) });
  expect(plan(late)).toEqual([late]);
});

test("a collection that this version doesn't know waits for one that does", () => {
  expect(plan(entry({ collection: "future", lane: "future:a" }))).toEqual({ kind: "idle" });
});
