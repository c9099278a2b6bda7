// Resolves an open conflict as the user decided. Loaded on demand (kinds/edits.ts). Inside the caller's transaction.

import { LandfallError } from "../errors";
import { restoreCascade } from "../outbox/delete";
import { needsOf } from "../outbox/enqueue";
import { waitingEntry } from "../outbox/write";
import { checkMembers } from "../store/check-members";
import { checkRow } from "../store/check-row";
import { acceptRemote, rowOf, stateOf } from "../store/row-state";
import type { UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { Resolution } from "../types/conflicts";
import { sendRebased } from "./reconcile";

export type ResolveConflict = typeof resolveConflict;

/** `now` is RFC 3339 UTC. Throws LandfallError `not_found`. */
export async function resolveConflict(
  db: UserDatabase,
  collection: string,
  key: string,
  resolution: Resolution,
  now: string,
): Promise<void> {
  const kind = db.kinds.get(collection);
  const waiting = kind && (await waitingEntry(db, kind, key));
  if (!kind || !waiting || !(await db.conflicts.get([collection, key]))) {
    throw new LandfallError("not_found", "There is no open conflict about this row.");
  }
  const state = await stateOf(db, kind, key);
  if (resolution === "mine") {
    const mine: Row | null = (await db.rows(kind).get(key)) ?? null;
    return sendRebased(db, kind, waiting, state, mine);
  }
  if (waiting.op === "delete") await restoreCascade(db, waiting.cascade, now);
  if (resolution === "theirs") {
    await db.syncQueue.delete(waiting.id);
    return acceptRemote(db, kind, key, state, state.base ?? null);
  }
  checkMembers(kind.name, rowOf(kind, key, resolution), "row");
  const merged = checkRow(kind, rowOf(kind, key, resolution));
  const entry = { ...waiting, op: "put" as const, cascade: [], needs: await needsOf(db, kind, merged) };
  return sendRebased(db, kind, entry, state, merged);
}
