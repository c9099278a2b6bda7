// Records what became of entries whose outcomes were asked for by number: not stored, or forgotten by the server. Loaded on demand (kinds/edits.ts).
// Inside the caller's transaction.

import { changeRow } from "../store/change-rows";
import { rowOf, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { EntryError, OutboxEntry } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { rounded } from "../util/exact";
import { givenUpMs, MAX_ATTEMPTS } from "./backoff";
import { UNSEALED } from "./enqueue";
import { leaveClient, requeue, unseal } from "./retry";
import type { SealedEntry } from "./seal";

/** The client name is closed, and these entries of it have no outcome: the server has not stored them and never will under their numbers. */
export async function recordNotStored(
  db: UserDatabase,
  clientId: string,
  entries: readonly SealedEntry[],
  clock: Clock,
): Promise<void> {
  for (const { id, attempts, error } of entries) {
    if (attempts < MAX_ATTEMPTS) await unseal(db, id);
    else {
      const given = { status: "failed", error: { ...error, kind: "gave-up" } as EntryError } as const;
      await changeRow(db.syncQueue, id, {
        ...UNSEALED,
        attempts,
        ...given,
        nextRetryAt: toIso(clock.now() + givenUpMs(attempts)),
      });
    }
  }
  await leaveClient(db, clientId);
}

/**
 * The server has answered the entry so long ago that it has forgotten how. Whether the row was written, and another device changed or deleted it since, a
 * whole pull tells.
 */
export async function requeueForgotten(
  db: UserDatabase,
  kind: SyncedKind,
  entry: SealedEntry,
  later: OutboxEntry | undefined,
): Promise<void> {
  const { id, key, create, op, body } = entry;
  await requeue(db, later?.op === "delete" ? { ...entry, create: false } : entry, later);
  await changeRow(db.syncQueue, later?.id ?? id, { unsure: true });
  // If the server has this content, the row is the one that this device has created.
  if (create && op === "put" && !kind.immutable)
    await db.syncRows.put({ ...(await stateOf(db, kind, key)), base: rowOf(kind, key, rounded(body.value) ?? {}) });
}
