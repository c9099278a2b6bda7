// Whether a world has converged and nothing was lost: every device equals the server, and every word that somebody saved is there, or there is
// a good reason why it isn't. It changes nothing.

import type { Intention, Ledger, Taken } from "./intentions";
import { wordsIn } from "./intentions";
import type { JsonObject } from "./json";
import { canonical } from "./model/space";
import type { DeviceView, Rows } from "./view";

export interface Evidence {
  ledger: Ledger;
  server: Rows;
  devices: readonly DeviceView[];
}

/** Everything that is wrong, in words; nothing where all is well. */
export function judge(evidence: Evidence): string[] {
  return [
    ...evidence.devices.flatMap((device) => [...differences(device, evidence.server), ...unsent(device)]),
    ...doubled(evidence),
    ...lost(evidence),
    ...putBack(evidence.ledger),
  ];
}

/** Whether every device has what the server has and nothing waits. */
export function converged(devices: readonly DeviceView[], server: Rows): boolean {
  return devices.every((device) => unsent(device).length === 0 && differences(device, server).length === 0);
}

function differences({ name, rows }: DeviceView, server: Rows): string[] {
  const found: string[] = [];
  for (const [collection, theirs] of server) {
    const mine = rows.get(collection) ?? new Map<string, JsonObject>();
    for (const [key, row] of theirs) {
      const own = mine.get(key);
      if (!own) found.push(`${name} lacks ${collection}/${key}, which the server has`);
      else if (canonical(own) !== canonical(row)) {
        found.push(`${name} has ${collection}/${key} as ${canonical(own)}, the server as ${canonical(row)}`);
      }
    }
    for (const [key, row] of mine) {
      if (!theirs.has(key)) found.push(`${name} has ${collection}/${key}, which the server lacks: ${canonical(row)}`);
    }
  }
  return found;
}

function unsent({ name, queue, conflicts }: DeviceView): string[] {
  return [
    ...queue.map(({ collection, key, status, error }) => {
      return `${name} still has ${collection}/${key} in its queue: ${status}${error ? `, ${error.reason}` : ""}`;
    }),
    ...conflicts.map(({ collection, key }) => `${name} still has a conflict about ${collection}/${key}`),
  ];
}

/** A message that was written once stands there once. */
function doubled({ server }: Evidence): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const [key, row] of server.get("chatMessages") ?? []) {
    for (const word of wordsIn(row.content)) {
      const before = seen.get(word);
      if (before !== undefined) found.push(`the message ${word} stands twice: ${before} and ${key}`);
      seen.set(word, key);
    }
  }
  return found;
}

/** Words that were saved on a device, never replaced there, and never reached the server; or reached it and are gone for no reason. */
function lost({ ledger, server }: Evidence): string[] {
  const present = new Set([...server.values()].flatMap((rows) => [...rows.values()].flatMap(wordsIn)));
  const reached = new Set(ledger.taken.flatMap(({ value }) => wordsIn(value)));
  const found: string[] = [];
  for (const [index, intention] of ledger.intentions.entries()) {
    const { kind, saved, collection, key, word, device } = intention;
    const row = `${collection}/${key}`;
    if (kind !== "write" || !saved || present.has(word) || ledger.decided.has(row)) continue;
    if (!server.get(collection)?.has(key) && ledger.wasDeleted(row)) continue;
    if (reached.has(word)) {
      if (!hasReason(ledger, server, intention)) found.push(`the server took ${word} in ${row} and has lost it`);
      continue;
    }
    const later = ledger.intentions.slice(index + 1).filter((other) => isLater(other, intention, reached));
    if (later.length === 0) found.push(`${device} saved ${word} in ${row}, and the server never got it`);
  }
  return found;
}

/** The same device replaced it before it was sent. */
function isLater(
  other: Intention,
  { device, collection, key, member }: Intention,
  reached: ReadonlySet<string>,
): boolean {
  const isSame = other.device === device && other.collection === collection && other.key === key;
  return isSame && (other.saved || reached.has(other.word)) && (other.kind !== "write" || other.member === member);
}

/** It was replaced or deleted at the server, or went with a server that was set back before anybody else had it. */
function hasReason(ledger: Ledger, server: Rows, { collection, member, word }: Intention): boolean {
  const { taken } = ledger;
  const holds = ({ collection: name, value }: Taken) => name === collection && wordsIn(value).includes(word);
  const last = taken.findLastIndex(holds);
  const holder = taken[last];
  if (!holder) return false;
  const row = `${collection}/${holder.key}`;
  if (ledger.decided.has(row) || (!server.get(collection)?.has(holder.key) && ledger.wasDeleted(row))) return true;
  if (ledger.setBacks.some(({ at, known }) => at > last && !known.has(word))) return true;
  const after = taken.slice(last + 1).filter((entry) => entry.collection === collection && entry.key === holder.key);
  return after.some(({ op, value }) => op === "delete" || (value !== null && member in value));
}

/** Words that had been replaced at the server and were written there again, over newer ones; deleted rows that came back by themselves. */
function putBack({ taken, decided, setBacks, offeredAgain, sweeps }: Ledger): string[] {
  const found: string[] = [];
  let histories = new Map<string, History>();
  /** Rows from before the server was set back: a device that was away since then may still have them. */
  const earlier = new Set<string>();
  for (const [index, { collection, key, op, value }] of taken.entries()) {
    // What a server that was set back had before says nothing any more.
    if (setBacks.some(({ at }) => at === index)) {
      for (const row of histories.keys()) earlier.add(row);
      histories = new Map();
    }
    const row = `${collection}/${key}`;
    const history = histories.get(row) ?? { seen: new Set(), now: new Map(), deletedAt: null };
    histories.set(row, history);
    if (op === "delete") {
      history.deletedAt = index;
      history.now.clear();
      continue;
    }
    const words = wordsIn(value);
    const nothingNew = words.length > 0 && words.every((word) => history.seen.has(word));
    const { deletedAt } = history;
    // Without the tombstone nobody can tell such a device's row from one that the backup lacks; what is in doubt is offered again (docs/adr/0014).
    const forgotten = sweeps.some((at) => deletedAt !== null && at > deletedAt && at <= index) && earlier.has(row);
    if (deletedAt !== null && nothingNew && !decided.has(row) && !forgotten) {
      found.push(`${row} was deleted and came back with nothing new in it: ${words.join(" ")}`);
    }
    for (const [member, content] of Object.entries(value ?? {})) {
      const before = history.now.get(member);
      const known = wordsIn(content).filter((word) => history.seen.has(word) && !offeredAgain.has(word));
      const old = known.filter((word) => before && !before.includes(word));
      if (old.length > 0 && !decided.has(row)) found.push(`${row}: ${member} was set back to ${old.join(" ")}`);
      history.now.set(member, wordsIn(content));
    }
    history.deletedAt = null;
    for (const word of words) history.seen.add(word);
  }
  return found;
}

interface History {
  /** Words that the row has had. */
  seen: Set<string>;
  /** The words of each member now. */
  now: Map<string, string[]>;
  /** Where it was deleted, if it is. */
  deletedAt: number | null;
}
