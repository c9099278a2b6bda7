// Decides what the queue sends next. A pure function of the entries and the time: everything that a crash leaves behind is in the entries,
// so a new leader decides as the old one would have. It knows no table and no network. Uploads go their own way (assets/uploader.ts); here they
// are what others wait for.

import type { OutboxEntry } from "../db/device-tables";
import { MESSAGES } from "../rows/definition";
import { nameOf } from "../rows/state";
import { MAX_DELAY_MS } from "./backoff";

/** The server takes so many mutations in a request. */
const MAX_BATCH = 500;
/** So many waiting messages of a session are sent without waiting for the pause after typing. */
const FLUSH_AT = 15;

export type Plan =
  /** Entries of one request, in order: frozen together before, or to be frozen together now. */
  | { kind: "send"; entries: OutboxEntry[] }
  /** Milliseconds until something is due. */
  | { kind: "wait"; ms: number }
  | { kind: "idle" };

/** What the decision needs besides the queue. */
export interface PlanFacts {
  now: number;
  /** The name under which new mutations are counted. */
  clientId: string | null;
  /** Collections that this version knows and may send. */
  sends(collection: string): boolean;
  /** Rows that don't leave this device, as "collection:key". */
  stays: ReadonlySet<string>;
}

/**
 * What was frozen goes first, unchanged, a client's lowest number before its others. Then everything that is due and waits for nothing goes in
 * one request. `entries` is the whole queue, sorted by `order`.
 */
export function planNext(entries: readonly OutboxEntry[], facts: PlanFacts): Plan {
  let soonest: number | null = null;
  const consider = (ms: number) => {
    soonest = Math.min(soonest ?? ms, ms);
  };
  const requests = frozenRequests(entries);
  for (const request of requests) {
    const ms = untilDue(request[0], facts.now);
    if (ms === 0) return { kind: "send", entries: request };
    consider(ms);
  }
  // New mutations would have numbers behind those that wait.
  const blocked = requests.some(([first]) => first?.clientId === facts.clientId);
  if (!blocked) {
    const due = dueEntries(entries, facts, consider);
    if (due.length > 0) return { kind: "send", entries: due };
  }
  return soonest === null ? { kind: "idle" } : { kind: "wait", ms: soonest };
}

/** For each client the frozen request that comes next. */
function frozenRequests(entries: readonly OutboxEntry[]): OutboxEntry[][] {
  const frozen = entries.filter(({ number, status }) => number !== null && status !== "failed");
  const byNumber = [...frozen].sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
  const clients = new Map<string | null, OutboxEntry>();
  for (const entry of byNumber) if (!clients.has(entry.clientId)) clients.set(entry.clientId, entry);
  return [...clients.values()].map(({ requestId }) => byNumber.filter((entry) => entry.requestId === requestId));
}

/** What isn't frozen yet, is due, and whose needs are at the server or go before it in the same request. */
function dueEntries(
  entries: readonly OutboxEntry[],
  { now, sends, stays }: PlanFacts,
  consider: (ms: number) => void,
): OutboxEntry[] {
  const earlier = new Set<string>();
  const creates = new Set<string>();
  const lanes = new Map<string, OutboxEntry[]>();
  for (const entry of entries) {
    const name = nameOf(entry.collection, entry.key);
    const upload = entry.type === "upload";
    // A file that can't be uploaded holds nothing up that only speaks of it.
    if (entry.create && entry.op === "put" && !(upload && entry.status === "failed")) creates.add(name);
    const waits = entry.number === null && entry.status === "pending";
    // A row's second entry waits for the answer to its first.
    const free = waits && !upload && !earlier.has(name) && sends(entry.collection);
    earlier.add(name);
    if (!free) continue;
    const lane = lanes.get(entry.lane);
    if (lane) lane.push(entry);
    else lanes.set(entry.lane, [entry]);
  }
  const due = new Set<OutboxEntry>();
  for (const lane of lanes.values()) {
    const full = lane.length >= FLUSH_AT && lane[0]?.collection === MESSAGES;
    const ms = full ? 0 : untilDue(lane.at(-1), now);
    if (ms === 0) for (const entry of lane) due.add(entry);
    else consider(ms);
  }
  return inOrderOfNeeds(
    entries.filter((entry) => due.has(entry)),
    creates,
    stays,
  ).slice(0, MAX_BATCH);
}

/** In the order of writing, but each after what it needs; what needs something that doesn't go stays behind. */
function inOrderOfNeeds(
  entries: readonly OutboxEntry[],
  creates: ReadonlySet<string>,
  stays: ReadonlySet<string>,
): OutboxEntry[] {
  const going: OutboxEntry[] = [];
  const there = new Set<string>();
  let left = entries;
  for (;;) {
    const behind: OutboxEntry[] = [];
    for (const entry of left) {
      const waits = entry.needs.some((need) => stays.has(need) || (creates.has(need) && !there.has(need)));
      if (waits) {
        behind.push(entry);
        continue;
      }
      going.push(entry);
      there.add(nameOf(entry.collection, entry.key));
    }
    if (behind.length === left.length) return going;
    left = behind;
  }
}

/** 0: now. The last entry's pause counts for all of its lane: that is what "two seconds of quiet" means. */
export function untilDue(entry: OutboxEntry | undefined, now: number): number {
  if (!entry?.nextRetryAt) return 0;
  const ms = Date.parse(entry.nextRetryAt) - now;
  return ms > 0 && ms <= MAX_DELAY_MS ? ms : 0;
}
