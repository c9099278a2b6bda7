// Decides what the queue sends next. A pure function of the entries and the time: everything that a crash leaves behind is in the entries,
// so a new leader decides as the old one would have. It knows no table and no network.

import type { OutboxEntry } from "../db/device-tables";
import { MAX_DELAY_MS } from "./backoff";

/** What the decision needs of a collection. */
export interface LaneRules {
  maxBatch: number;
  flushAt: number;
}

export type Plan =
  /** Entries of one request, in order: frozen together before, or to be frozen together now. */
  | { kind: "send"; entries: OutboxEntry[] }
  /** Milliseconds until something is due. */
  | { kind: "wait"; ms: number }
  | { kind: "idle" };

/**
 * The due request whose first entry was written first. Lanes don't wait for each other; within a lane the order of writing holds, and
 * only a failed entry is passed. `entries` is the whole queue, sorted by `order`.
 */
export function planNext(
  entries: readonly OutboxEntry[],
  rulesOf: (collection: string) => LaneRules | undefined,
  now: number,
): Plan {
  const unanswered = new Set(entries.map((entry) => entry.id));
  let soonest: number | null = null;
  for (const lane of lanesOf(entries)) {
    const first = lane[0];
    const rules = first && rulesOf(first.collection);
    // A collection that this version doesn't know waits for a version that does.
    if (!first || !rules) continue;
    const request = headOf(lane, rules, unanswered);
    if (request.length === 0) continue;
    const due = dueInMs(request, rules, now);
    if (due === 0) return { kind: "send", entries: request };
    soonest = Math.min(soonest ?? due, due);
  }
  return soonest === null ? { kind: "idle" } : { kind: "wait", ms: soonest };
}

/** The lanes with anything to send, by their first entry. */
function lanesOf(entries: readonly OutboxEntry[]): OutboxEntry[][] {
  const lanes = new Map<string, OutboxEntry[]>();
  for (const entry of entries) {
    if (entry.status === "failed") continue;
    const lane = lanes.get(entry.lane);
    if (lane) lane.push(entry);
    else lanes.set(entry.lane, [entry]);
  }
  return [...lanes.values()];
}

/** The entries at the head of a lane that travel together; none while the first of them waits for another entry. */
function headOf(lane: readonly OutboxEntry[], rules: LaneRules, unanswered: ReadonlySet<string>): OutboxEntry[] {
  const first = lane[0];
  if (!first) return [];
  // Frozen entries are one request already, whatever was written since.
  if (first.requestId !== null) return lane.filter((entry) => entry.requestId === first.requestId);
  const head: OutboxEntry[] = [];
  for (const entry of lane) {
    const blocked = entry.waitsFor.some((id) => unanswered.has(id));
    if (blocked || entry.requestId !== null || head.length === rules.maxBatch) break;
    head.push(entry);
  }
  return head;
}

/** 0: now. The last entry's pause counts for all that aren't frozen yet: that is what "two seconds of quiet" means. */
function dueInMs(request: readonly OutboxEntry[], rules: LaneRules, now: number): number {
  const last = request.at(-1);
  const notBefore = last?.nextRetryAt ?? null;
  if (notBefore === null) return 0;
  const isPause = last?.requestId === null;
  if (isPause && request.length >= rules.flushAt) return 0;
  const ms = Date.parse(notBefore) - now;
  return ms > 0 && ms <= MAX_DELAY_MS ? ms : 0;
}
