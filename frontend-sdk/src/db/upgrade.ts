// Brings the queue of an older version of this SDK into today's shape, inside Dexie's upgrade. What was unsent stays unsent and is sent
// anew: the server recognises messages and sessions that it has already.

import type { Transaction } from "dexie";
import type { OutboxEntry, Row, RowState } from "./device-tables";

/** An entry of the versions that sent each collection to a route of its own. */
interface OldEntry extends Omit<OutboxEntry, "op" | "body" | "needs"> {
  needs?: string[];
  op: string;
  base?: Row;
  body: unknown;
}

/** Leaves entries alone that are of today's shape: a later change of the schema runs this again. */
export async function upgradeQueue(transaction: Transaction): Promise<void> {
  const queue = transaction.table<OldEntry, string>("syncQueue");
  const old = (await queue.orderBy("order").toArray()).filter((entry) => entry.needs === undefined);
  if (old.length === 0) return;
  await queue.bulkDelete(old.map(({ id }) => id));
  const rows = new Map<string, OutboxEntry>();
  for (const entry of old) {
    const id = `${entry.collection}:${entry.key}`;
    const row = (await transaction.table<Row, string>(entry.collection).get(entry.key)) ?? null;
    const before = rows.get(id);
    if (!before) await transaction.table<RowState>("syncRows").put(stateOf(entry, row));
    // Of a row's entries one remains: what the row is now.
    const create = before?.create ?? entry.op === "create";
    rows.set(id, renew(entry, create, row));
  }
  await transaction.table<OutboxEntry>("syncQueue").bulkAdd([...rows.values()]);
}

function renew(old: OldEntry, create: boolean, row: Row | null): OutboxEntry {
  const { id, order, type, collection, key, lane, attempts, payloadHash, queuedAt, error, nextRetryAt } = old;
  const refused = old.status === "failed" && error?.kind === "refused";
  return {
    ...{ id, order, type, collection, key, lane, payloadHash, queuedAt },
    op: old.op === "delete" ? "delete" : "put",
    create,
    needs: typeof row?.sessionId === "string" ? [`chatSessions:${row.sessionId}`] : [],
    status: refused ? "failed" : "pending",
    attempts: refused ? attempts : 0,
    nextRetryAt: refused ? nextRetryAt : null,
    error: refused ? error : null,
    taken: [],
    requestId: null,
    clientId: null,
    number: null,
    body: null,
  };
}

function stateOf({ collection, key, op, base }: OldEntry, row: Row | null): RowState {
  const revision = op === "create" || typeof row?.revision !== "number" ? 0 : row.revision;
  // A deleted row is gone from here; the first pull brings the server's for taking the delete back.
  return { collection, key, revision, base: op === "update" ? { ...row, ...base } : null };
}
