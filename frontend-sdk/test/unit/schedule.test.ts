// The schedule: which entries are sent next, from the entries alone.

import { expect, test } from "vitest";
import { scheduleNext } from "../../src/outbox/schedule";
import type { OutboxEntry } from "../../src/store/tables";

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
    batchGroup: "chatMessages:a",
    cascade: [],
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

/** A sealed entry. Entries with the same request are sent together. */
function sealed(number: number, change: Partial<OutboxEntry> = {}): OutboxEntry {
  return entry({ requestId: "r", clientId: "c", number, body: {}, ...change });
}

function plan(...entries: OutboxEntry[]) {
  const facts = {
    replacesKeys: (name: string) => name === "drafts",
    now: NOW,
    clientId: "c",
    sends: (name: string) => name !== "future",
    localOnly: new Set(["tags:here"]),
    flushAt: (name: string) => (name === "chatMessages" ? 15 : null),
  };
  const next = scheduleNext(entries, facts);
  return next.kind === "send" ? next.entries : next;
}

test("an empty outbox is idle", () => {
  expect(plan()).toEqual({ kind: "idle" });
});

test("all due entries go in one request, up to 500", () => {
  const entries = Array.from({ length: 510 }, (_, index) => entry({ batchGroup: `rows:${index}` }));
  expect(plan(...entries)).toEqual(entries.slice(0, 500));
});

test("the pause starts at a session's last message and ends early with fifteen messages", () => {
  expect(plan(entry({ nextRetryAt: at(500) }))).toEqual({ kind: "wait", ms: 500 });
  const fourteen = Array.from({ length: 14 }, () => entry({ nextRetryAt: at(500) }));
  expect(plan(...fourteen)).toEqual({ kind: "wait", ms: 500 });
  const fifteen = [...fourteen, entry({ nextRetryAt: at(900) })];
  expect(plan(...fifteen)).toEqual(fifteen);
});

test("one session's pause delays no other session", () => {
  const other = entry({ batchGroup: "chatMessages:b" });
  expect(plan(entry({ nextRetryAt: at(500) }), other)).toEqual([other]);
});

test("entries sealed together are sent together, whatever was written since", () => {
  const request = [sealed(1), sealed(2)];
  expect(plan(...request, entry())).toEqual(request);
});

test("an entry left in state sending by a crashed leader is sent again at once", () => {
  const left = sealed(1, { status: "sending" });
  expect(plan(left)).toEqual([left]);
});

test("of a halved request the lower numbers go first, in any order of writing", () => {
  const second = sealed(2, { requestId: "s" });
  const first = sealed(1);
  expect(plan(second, first)).toEqual([first]);
});

test("a retry delays entries that would get a later number", () => {
  expect(plan(sealed(1, { nextRetryAt: at(4_000) }), entry())).toEqual({ kind: "wait", ms: 4_000 });
});

test("a retry under an old client id delays no entry", () => {
  const next = entry();
  expect(plan(sealed(7, { clientId: "old", nextRetryAt: at(4_000) }), next)).toEqual([next]);
});

test("a failed entry delays only the next edit of its own row", () => {
  const later = entry();
  const failed = sealed(1, { status: "failed" });
  expect(plan(failed, entry({ key: failed.key }), later)).toEqual([later]);
});

test("an entry is sent after the entries that it needs, also if they were written later", () => {
  const create = entry({ collection: "tags", key: "t", batchGroup: "tags:t" });
  const link = entry({ collection: "tagRuleLinks", batchGroup: "l", needs: ["tags:t"] });
  expect(plan(link, create)).toEqual([create, link]);
});

test("an entry waits while an entry that it needs has failed or stays on the device", () => {
  const create = entry({ collection: "chatSessions", key: "s", batchGroup: "s", status: "failed" });
  expect(plan(create, entry({ needs: ["chatSessions:s"] }))).toEqual({ kind: "idle" });
  expect(plan(entry({ needs: ["tags:here"] }))).toEqual({ kind: "idle" });
});

test("an entry whose needs are at the server or unknown does not wait", () => {
  const free = entry({ needs: ["chatSessions:there"] });
  expect(plan(entry({ collection: "chatSessions", key: "there", batchGroup: "s", create: false }), free)).toHaveLength(
    2,
  );
  expect(plan(free)).toEqual([free]);
});

test("an entry due beyond every possible delay is due now, because the clock was moved", () => {
  const late = sealed(1, { nextRetryAt: at(10 * 365 * 86_400_000) });
  expect(plan(late)).toEqual([late]);
});

test("an entry of an unknown collection waits for a version that knows it", () => {
  expect(plan(entry({ collection: "future", batchGroup: "future:a" }))).toEqual({ kind: "idle" });
});
