// Stores the answer to a push: acknowledgements, conflicts and refusals of what was sent, the server's changes, and the cursor, in one transaction.
// A crash before it repeats the request, and a crash after it leaves nothing to do.

import { resolveDuplicate } from "../conflicts/duplicates";
import { reconcile } from "../conflicts/reconcile";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { acknowledge } from "../outbox/acknowledge";
import { park, requeue } from "../outbox/retry";
import type { SealedEntry } from "../outbox/seal";
import { entriesOf, rowOf, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import type { Clock } from "../types/clock";
import type { SyncResponse, SyncResult } from "../types/wire";
import { storeCursorAlone, storePage } from "./pull";

/** Codes of refusals because the server lacks another row. The entry is sent again if that row waits here. */
const MISSING_ROW_CODES = ["unknown_reference", "unknown_parent", "unknown_session"];

export async function storePushResponse(
  db: UserDatabase,
  entries: readonly SealedEntry[],
  response: SyncResponse,
  clock: Clock,
): Promise<void> {
  if (FAULTS_ENABLED && hasFault("cursor saved apart from changes")) await storeCursorAlone(db, response);
  await db.transaction("rw", db.tables, async () => {
    for (const [index, entry] of entries.entries()) {
      const result = response.results[index];
      const kind = db.kinds.get(entry.collection);
      if (!result || !kind) continue;
      await storeResult(db, kind, entry, result, clock);
      if (result.status !== "conflict") await reconcilePending(db, kind, result.key, clock);
    }
    await storePage(db, response, clock);
  });
}

async function storeResult(
  db: UserDatabase,
  kind: SyncedKind,
  entry: SealedEntry,
  { status, key, revision, server, error }: SyncResult,
  clock: Clock,
): Promise<void> {
  const [later] = (await entriesOf(db, entry.collection, entry.key)).filter(({ id }) => id !== entry.id);
  if (status === "conflict") {
    await requeue(db, entry, later);
    const row = server?.value ? rowOf(kind, entry.key, server.value) : null;
    return reconcile(db, kind, entry.key, { revision: server?.revision ?? 0, row }, clock, true);
  }
  if (status !== "rejected") return acknowledge(db, kind, entry, later, { key, revision: revision ?? 0 });
  const { code = "refused", detail = "The server refused it.", errors = [] } = error ?? {};
  // A delete of a row that the server doesn't have is done.
  if (entry.op === "delete" && code === "not_found")
    return acknowledge(db, kind, entry, later, { key: entry.key, revision: 0 });
  if (later) return requeue(db, entry, later);
  if (code === "duplicate_name") return resolveDuplicate(db, kind, entry, error?.server ?? null, clock);
  const codes = [code, ...errors.map((one) => one.code)];
  if (codes.some((one) => MISSING_ROW_CODES.includes(one)) && (await waitsForAnother(db, entry))) {
    return requeue(db, entry, undefined);
  }
  // `validation_failed` says only that a member is wrong; the member's error says what.
  const member = code === "validation_failed" ? errors[0] : undefined;
  await db.syncQueue.put(park(entry, member?.code ?? code, member?.detail || detail));
}

/** Reconciles a row that was pulled while the write was in flight. */
async function reconcilePending(db: UserDatabase, kind: SyncedKind, key: string, clock: Clock): Promise<void> {
  const { pendingRemote, ...state } = await stateOf(db, kind, key);
  if (!pendingRemote) return;
  await db.syncRows.put(state);
  // Of the same revision it is this device's write, as the server shows it.
  if (pendingRemote.revision >= state.revision) await reconcile(db, kind, key, pendingRemote, clock);
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
