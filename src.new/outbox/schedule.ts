// Decides what the queue sends next. A pure function of the entries and the time: a new leader decides as the old one would have. Uploads are
// sent by a worker of their own; here they are what other entries wait for.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { nameOf } from "../store/entries";
import type { OutboxEntry } from "../store/tables";
import { MAX_ATTEMPTS, MAX_DELAY_MS } from "./backoff";

/** The server's limit on the mutations of one request. */
const MAX_BATCH = 500;

export type Schedule =
  /** The entries of one request, in order: all sealed together before, or all to be sealed now. */
  | { kind: "send"; entries: OutboxEntry[] }
  /** Milliseconds until an entry is due. */
  | { kind: "wait"; ms: number }
  | { kind: "idle" };

export interface ScheduleFacts {
  /** Milliseconds since 1970. */
  now: number;
  /** The name under which new mutations are numbered. */
  clientId: string | null;
  /** Whether entries of a collection may be sent: this version and the server know it, and it isn't excluded. */
  sends(collection: string): boolean;
  /** Rows that don't leave this device, as "collection:key". */
  localOnly: ReadonlySet<string>;
  /** Whether the server gives created rows of a collection another key. Rows that need them are sent when the key is known. */
  replacesKeys(collection: string): boolean;
  /** How many waiting entries of one batch group end its quiet period; `null`: no number does. */
  flushAt(collection: string): number | null;
}

/**
 * Sealed requests go first and unchanged, in the order of their numbers per client name. Then all entries that are due and wait for nothing go in
 * one request. `entries` is the whole queue, sorted by `order`.
 */
export function scheduleNext(entries: readonly OutboxEntry[], facts: ScheduleFacts): Schedule {
  let soonest: number | null = null;
  const consider = (ms: number) => {
    soonest = Math.min(soonest ?? ms, ms);
  };
  const requests = sealedRequests(entries);
  for (const request of requests) {
    const ms = msUntilDue(request[0], facts.now);
    if (ms === 0) return { kind: "send", entries: request };
    consider(ms);
  }
  // New mutations would be numbered behind those that wait.
  const blocked = requests.some(([first]) => first?.clientId === facts.clientId);
  if (!blocked) {
    const due = dueEntries(entries, facts, consider);
    if (due.length > 0) return { kind: "send", entries: due };
  }
  return soonest === null ? { kind: "idle" } : { kind: "wait", ms: soonest };
}

/** The next sealed request of each client name. */
function sealedRequests(entries: readonly OutboxEntry[]): OutboxEntry[][] {
  const sealed = entries.filter(({ number, status }) => number !== null && status !== "failed");
  const byNumber = [...sealed].sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
  const clients = new Map<string | null, OutboxEntry>();
  for (const entry of byNumber) if (!clients.has(entry.clientId)) clients.set(entry.clientId, entry);
  return [...clients.values()].map(({ requestId }) => byNumber.filter((entry) => entry.requestId === requestId));
}

/** Entries that aren't sealed, are due, and whose needs are at the server or precede them in the same request. */
function dueEntries(
  entries: readonly OutboxEntry[],
  { now, sends, localOnly, replacesKeys, flushAt }: ScheduleFacts,
  consider: (ms: number) => void,
): OutboxEntry[] {
  const earlier = new Set<string>();
  const creates = new Set<string>();
  const groups = new Map<string, OutboxEntry[]>();
  for (const entry of entries) {
    const name = nameOf(entry.collection, entry.key);
    const upload = entry.type === "upload";
    // A file whose upload failed doesn't block rows that mention it.
    if (entry.create && entry.op === "put" && !(upload && entry.status === "failed")) creates.add(name);
    const waits = entry.number === null && entry.status === "pending";
    // The second entry of a row waits for the answer to the first.
    const free = waits && !upload && !earlier.has(name) && sends(entry.collection);
    earlier.add(name);
    if (!free) continue;
    const group = groups.get(entry.batchGroup);
    if (group) group.push(entry);
    else groups.set(entry.batchGroup, [entry]);
  }
  const due = new Set<OutboxEntry>();
  for (const group of groups.values()) {
    const limit = flushAt(group[0]?.collection ?? "");
    const isFull = limit !== null && group.length >= limit;
    // The last entry decides for its group: that is what a quiet period means.
    const ms = isFull ? 0 : msUntilDue(group.at(-1), now);
    if (ms === 0) for (const entry of group) due.add(entry);
    else consider(ms);
  }
  const sorted = (wanted: (entry: OutboxEntry) => boolean) =>
    inOrderOfNeeds(
      entries.filter((entry) => due.has(entry) && wanted(entry)),
      creates,
      { localOnly, replacesKeys },
    );
  // An entry that has failed too often goes alone and last: if it fails again, nothing waits for it.
  const fresh = sorted(({ attempts }) => attempts < MAX_ATTEMPTS);
  return fresh.length > 0 ? fresh.slice(0, MAX_BATCH) : sorted(() => true).slice(0, 1);
}

/** Sorts each entry behind what it needs, and leaves out entries whose needs aren't sent. */
function inOrderOfNeeds(
  entries: readonly OutboxEntry[],
  creates: ReadonlySet<string>,
  { localOnly, replacesKeys }: Pick<ScheduleFacts, "localOnly" | "replacesKeys">,
): OutboxEntry[] {
  const sorted: OutboxEntry[] = [];
  const sent = new Set<string>();
  let left = entries;
  for (;;) {
    const blocked: OutboxEntry[] = [];
    for (const entry of left) {
      const waits = entry.needs.some((need) => localOnly.has(need) || (creates.has(need) && !sent.has(need)));
      if (waits) {
        blocked.push(entry);
        continue;
      }
      sorted.push(entry);
      if (!entry.create || !replacesKeys(entry.collection)) sent.add(nameOf(entry.collection, entry.key));
    }
    if (blocked.length === left.length) return sorted;
    left = blocked;
  }
}

/** Milliseconds until an entry may be sent; 0: now. */
export function msUntilDue(entry: OutboxEntry | undefined, now: number): number {
  if (!entry?.nextRetryAt) return 0;
  const ms = Date.parse(entry.nextRetryAt) - now;
  if (FAULTS_ENABLED && hasFault("delays by the clock alone")) return Math.max(ms, 0);
  return ms > 0 && ms <= MAX_DELAY_MS ? ms : 0;
}
