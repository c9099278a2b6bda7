// Stores an answer of `/api/sync`: acknowledgements, conflicts and refusals of what was sent, the server's changes, and the cursor, in one
// transaction. A crash before it repeats the request, a crash after it finds nothing left to do.

import type { SyncPage, SyncResponse, SyncResult } from "../api/types";
import type { Clock } from "../clock";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import type { FrozenEntry } from "../outbox/freeze";
import { giveWay, park } from "../outbox/settle";
import { PLANTED, planted } from "../planted";
import { type Definition, MESSAGES, SESSIONS } from "../rows/definition";
import { settleDuplicate } from "../rows/duplicate";
import { buryMessages, meet } from "../rows/meet";
import { entriesOf, rowOf, settleState, stateOf } from "../rows/state";
import { storeCursorAlone, storePage } from "./pull";

/** Refusals because of a row that isn't at the server: no fault of the entry's while that row waits here to be sent. */
const MISSES_ANOTHER = ["unknown_reference", "unknown_parent", "unknown_session"];

export async function storeAnswer(
  db: UserDatabase,
  entries: readonly FrozenEntry[],
  answer: SyncResponse,
  clock: Clock,
): Promise<void> {
  if (PLANTED && planted("cursor saved apart from changes")) await storeCursorAlone(db, answer);
  await db.transaction("rw", db.tables, async () => {
    for (const [index, entry] of entries.entries()) {
      const result = answer.results[index];
      const definition = db.definitions.get(entry.collection);
      if (!result || !definition) continue;
      await settle(db, definition, entry, result, clock);
      if (result.status !== "conflict") await meetLate(db, definition, entry.key, clock);
    }
    await storePage(db, answer, clock);
  });
}

/** The same without a push. */
export async function storeChanges(db: UserDatabase, page: SyncPage, clock: Clock): Promise<void> {
  if (PLANTED && planted("cursor saved apart from changes")) await storeCursorAlone(db, page);
  await db.transaction("rw", db.tables, async () => storePage(db, page, clock));
}

async function settle(
  db: UserDatabase,
  definition: Definition,
  entry: FrozenEntry,
  { status, key, revision, server, error }: SyncResult,
  clock: Clock,
): Promise<void> {
  const [later] = (await entriesOf(db, entry.collection, entry.key)).filter(({ id }) => id !== entry.id);
  if (status === "conflict") {
    await giveWay(db, entry, later);
    const row = server?.value ? rowOf(definition, entry.key, server.value) : null;
    return meet(db, definition, entry.key, { revision: server?.revision ?? 0, row }, clock, true);
  }
  if (status !== "rejected") return applied(db, definition, entry, later, key, revision ?? 0);
  const { code = "refused", detail = "The server refused it.", errors = [] } = error ?? {};
  // What isn't there needs no deleting.
  if (entry.op === "delete" && code === "not_found") return applied(db, definition, entry, later, key, 0);
  if (later) return giveWay(db, entry, later);
  if (code === "duplicate_name") return settleDuplicate(db, definition, entry, error?.server ?? null, clock);
  const causes = [code, ...errors.map((one) => one.code)];
  if (causes.some((one) => MISSES_ANOTHER.includes(one)) && (await waitsForAnother(db, entry))) {
    return giveWay(db, entry, undefined);
  }
  // The stable code is the refusal's, unless that only says "something in here is wrong".
  const why = code === "validation_failed" ? errors[0] : undefined;
  await db.syncQueue.put(park(entry, why?.code ?? code, why?.detail || detail));
}

/** The server has it. */
async function applied(
  db: UserDatabase,
  definition: Definition,
  entry: FrozenEntry,
  later: OutboxEntry | undefined,
  key: string,
  revision: number,
): Promise<void> {
  await db.syncQueue.delete(entry.id);
  if (definition.name === MESSAGES) return rename(db, entry.key, key, revision);
  if (PLANTED && later && planted("edit during a push dropped")) await db.syncQueue.delete(later.id);
  const deleted = entry.op === "delete";
  const { deleted: _deleted, base, ...known } = await stateOf(db, definition, entry.key);
  const state = { ...known, revision, ...(deleted && revision > 0 && { deleted: true as const }) };
  // Nothing was raised: what is stored is what was there before, whatever ours said.
  const unchanged = base && !deleted && revision === known.revision ? base : null;
  if (deleted && definition.name === SESSIONS) await buryMessages(db, entry.key);
  if (later || state.localOnly) {
    // Edits made since are of the row as it was sent.
    const whole = definition.owned.length > 0 ? base : null;
    const sent = deleted ? null : (unchanged ?? rowOf(definition, entry.key, { ...whole, ...entry.body.value }));
    await db.syncRows.put({ ...state, base: sent });
    return;
  }
  const row = await db.rows(definition).get(entry.key);
  if (row && unchanged) await db.rows(definition).put(unchanged);
  else if (row && "revision" in row) await db.rows(definition).put({ ...row, revision });
  await settleState(db, state);
  if (known.unmet) await db.syncRows.put({ ...state });
}

/** A newer row of the server's that came while the write was on its way. */
async function meetLate(db: UserDatabase, definition: Definition, key: string, clock: Clock): Promise<void> {
  if (definition.name === MESSAGES) return;
  const { unmet, ...state } = await stateOf(db, definition, key);
  if (!unmet) return;
  await db.syncRows.put(state);
  // Of the same revision it is ours, as the server shows it.
  if (unmet.revision >= state.revision) await meet(db, definition, key, unmet, clock);
}

/** A message leaves its temporary id. One that is gone was deleted here meanwhile; one that was pulled already is there. */
async function rename(db: UserDatabase, tempId: string, id: string, revision: number): Promise<void> {
  const row = await db.chatMessages.get(tempId);
  if (!row) return;
  await db.chatMessages.delete(tempId);
  const there = tempId === id ? undefined : await db.chatMessages.get(id);
  await db.chatMessages.put(there ?? { ...row, id, revision });
}

async function waitsForAnother(db: UserDatabase, { needs }: OutboxEntry): Promise<boolean> {
  for (const need of needs) {
    const at = need.indexOf(":");
    const [collection, key] = [need.slice(0, at), need.slice(at + 1)];
    const creating = (await entriesOf(db, collection, key)).some((entry) => entry.create);
    const state = await db.syncRows.get([collection, key]);
    if (creating || state?.localOnly) return true;
  }
  return false;
}
