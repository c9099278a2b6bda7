// The invariants of a simulation: every device equals the server, and every saved word is stored or its absence is
// explained. The checks change nothing.

import type { AcceptedWrite, History, LocalWrite } from "./history";
import { wordsIn } from "./history";
import type { JsonObject } from "./json";
import { canonical } from "./model/user-data";
import type { DeviceRows, Rows } from "./stored-rows";
import { rounded } from "./wire";

export interface Outcome {
  history: History;
  server: Rows;
  devices: readonly DeviceRows[];
}

/** All violations as texts. Empty in a correct run. */
export function checkInvariants(outcome: Outcome): string[] {
  return [
    ...outcome.devices.flatMap((device) => [...rowDifferences(device, outcome.server), ...leftInQueue(device)]),
    ...duplicates(outcome),
    ...lostWrites(outcome),
    ...inTwoAccounts(outcome),
    ...otherEnds(outcome),
    ...revertedRows(outcome.history),
  ];
}

/** Whether every device equals the server and no entry waits. */
export function converged(devices: readonly DeviceRows[], server: Rows): boolean {
  return devices.every((device) => leftInQueue(device).length === 0 && rowDifferences(device, server).length === 0);
}

function rowDifferences({ name, rows }: DeviceRows, server: Rows): string[] {
  const found: string[] = [];
  for (const [collection, theirs] of server) {
    const mine = rows.get(collection) ?? new Map<string, JsonObject>();
    for (const [key, row] of theirs) {
      const own = mine.get(key);
      if (!own) found.push(`${name} lacks ${collection}/${key}, which the server has`);
      else if (canonical(own) !== canonical(rounded(row))) {
        found.push(`${name} has ${collection}/${key} as ${inWords(own)}, the server as ${inWords(row)}`);
      }
    }
    for (const [key, row] of mine) {
      if (!theirs.has(key)) found.push(`${name} has ${collection}/${key}, which the server lacks: ${inWords(row)}`);
    }
  }
  return found;
}

/** A row as text, without what makes its words large. */
function inWords(row: JsonObject): string {
  return canonical(row).replace(/~+/g, "~");
}

function leftInQueue({ name, queue, conflicts }: DeviceRows): string[] {
  return [
    ...queue.map(({ collection, key, status, error }) => {
      return `${name} still has ${collection}/${key} in its queue: ${status}${error ? `, ${error.reason}` : ""}`;
    }),
    ...conflicts.map(({ collection, key }) => `${name} still has a conflict about ${collection}/${key}`),
  ];
}

/** A message that was written once is stored once. */
function duplicates({ server }: Outcome): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const [key, row] of server.get("chatMessages") ?? []) {
    for (const word of wordsIn(row.content)) {
      const before = seen.get(word);
      if (before !== undefined) found.push(`the message ${word} is stored twice: ${before} and ${key}`);
      seen.set(word, key);
    }
  }
  return found;
}

/**
 * Saved words that no later write replaced and that never reached the server, and accepted words that are gone without
 * an explanation.
 */
function lostWrites({ history, server }: Outcome): string[] {
  const present = new Set([...server.values()].flatMap((rows) => [...rows.values()].flatMap(wordsIn)));
  const reached = new Set(history.accepted.flatMap(({ value }) => wordsIn(value)));
  const found: string[] = [];
  for (const [index, localWrite] of history.localWrites.entries()) {
    const { kind, saved, collection, key, word, device } = localWrite;
    const row = `${collection}/${key}`;
    if (kind !== "write" || !saved || present.has(word) || history.decided.has(row)) continue;
    if (history.ofOthers.has(word)) continue;
    if (!server.get(collection)?.has(key) && history.wasDeleted(row)) continue;
    if (reached.has(word)) {
      if (!isExplained(history, server, localWrite)) found.push(`the server accepted ${word} in ${row} and lost it`);
      continue;
    }
    const later = history.localWrites.slice(index + 1).filter((other) => replaces(other, localWrite, reached));
    if (later.length === 0) found.push(`${device} saved ${word} in ${row}, and the server never received it`);
  }
  return found;
}

/** Rows whose end is known and is another one. */
function otherEnds({ history, server }: Outcome): string[] {
  return history.expected.flatMap(({ collection, key, members }) => {
    const row = server.get(collection)?.get(key);
    const found = row && members && Object.fromEntries(Object.keys(members).map((one) => [one, row[one] ?? null]));
    if (canonical(found ?? (row ? "a row" : null)) === canonical(members)) return [];
    return [`${collection}/${key} became ${row ? inWords(row) : "nothing"} instead of ${canonical(members)}`];
  });
}

/** What a guest wrote is in one account only. */
function inTwoAccounts({ history, server }: Outcome): string[] {
  const present = [...server.values()].flatMap((rows) => [...rows.values()].flatMap(wordsIn));
  const accepted = history.accepted.flatMap(({ value }) => wordsIn(value));
  const both = new Set([...present, ...accepted].filter((word) => history.ofOthers.has(word)));
  return [...both].map((word) => `${word} is in the accounts of two users`);
}

/** Whether the same device replaced the write before it was sent. */
function replaces(
  other: LocalWrite,
  { device, collection, key, member }: LocalWrite,
  reached: ReadonlySet<string>,
): boolean {
  const isSame = other.device === device && other.collection === collection && other.key === key;
  return isSame && (other.saved || reached.has(other.word)) && (other.kind !== "write" || other.member === member);
}

/** Whether the word was replaced or deleted at the server, or a restore removed it before any other device had it. */
function isExplained(history: History, server: Rows, { collection, member, word }: LocalWrite): boolean {
  const { accepted } = history;
  const holds = ({ collection: name, value }: AcceptedWrite) => name === collection && wordsIn(value).includes(word);
  const last = accepted.findLastIndex(holds);
  const holder = accepted[last];
  if (!holder) return false;
  const row = `${collection}/${holder.key}`;
  if (history.decided.has(row) || (!server.get(collection)?.has(holder.key) && history.wasDeleted(row))) return true;
  if (history.restores.some(({ at, known }) => at > last && !known.has(word))) return true;
  const after = accepted.slice(last + 1).filter((entry) => entry.collection === collection && entry.key === holder.key);
  return after.some(({ op, value }) => op === "delete" || (value !== null && member in value));
}

/** Replaced words that were written again over newer ones, and deleted rows that returned with nothing new. */
function revertedRows(history: History): string[] {
  const { accepted, decided, restores, retentionRuns } = history;
  const found: string[] = [];
  let rowHistories = new Map<string, RowHistory>();
  /** Rows from before a restore. A device that was offline since then may still hold them. */
  const beforeRestore = new Set<string>();
  for (const [index, { collection, key, op, value }] of accepted.entries()) {
    // The history before a restore does not apply after it.
    if (restores.some(({ at }) => at === index)) {
      for (const row of rowHistories.keys()) beforeRestore.add(row);
      rowHistories = new Map();
    }
    const row = `${collection}/${key}`;
    const rowHistory = rowHistories.get(row) ?? { seen: new Set(), now: new Map(), deletedAt: null };
    rowHistories.set(row, rowHistory);
    if (op === "delete") {
      rowHistory.deletedAt = index;
      rowHistory.now.clear();
      continue;
    }
    const words = wordsIn(value);
    const nothingNew = words.length > 0 && words.every((word) => rowHistory.seen.has(word));
    const { deletedAt } = rowHistory;
    // Without the tombstone, such a row of a device looks like a row that the backup lacks. The SDK sends it again
    // (docs/adr/0014).
    const forgotten =
      retentionRuns.some((at) => deletedAt !== null && at > deletedAt && at <= index) && beforeRestore.has(row);
    if (deletedAt !== null && nothingNew && !history.mayReturn(row) && !forgotten) {
      found.push(`${row} was deleted and returned with nothing new: ${words.join(" ")}`);
    }
    for (const [member, content] of Object.entries(value ?? {})) {
      const before = rowHistory.now.get(member);
      const known = wordsIn(content).filter((word) => rowHistory.seen.has(word));
      const old = known.filter((word) => before && !before.includes(word));
      if (old.length > 0 && !decided.has(row)) found.push(`${row}: ${member} was reverted to ${old.join(" ")}`);
      rowHistory.now.set(member, wordsIn(content));
    }
    rowHistory.deletedAt = null;
    for (const word of words) rowHistory.seen.add(word);
  }
  return found;
}

interface RowHistory {
  /** All words that the row ever held. */
  seen: Set<string>;
  /** The present words of each member. */
  now: Map<string, string[]>;
  /** The index of the delete, or null. */
  deletedAt: number | null;
}
