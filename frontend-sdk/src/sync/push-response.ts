// Stores the answer to a push: acknowledgements, conflicts and refusals of what was sent, the server's changes, and the cursor, in one transaction.
// A crash before it repeats the request, and a crash after it leaves nothing to do.

import { resolveDuplicate } from "../conflicts/duplicates";
import { reconcile } from "../conflicts/reconcile";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { acknowledge } from "../outbox/acknowledge";
import { MAX_ATTEMPTS } from "../outbox/backoff";
import { park, requeue, requeueLater } from "../outbox/retry";
import type { SealedEntry } from "../outbox/seal";
import { entriesOf } from "../store/entries";
import { ofName, rowOf, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import type { Clock } from "../types/clock";
import type { SyncResponse, SyncResult } from "../types/wire";
import { exactNumbersOf } from "../util/exact";
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
    for (const [index, entry] of entries.entries()) await storeOne(db, entry, response.results[index], clock);
    await storePage(db, response, clock);
  });
}

/** Stores one result, inside the caller's transaction. */
export async function storeOne(
  db: UserDatabase,
  entry: SealedEntry,
  result: SyncResult | undefined,
  clock: Clock,
): Promise<void> {
  const kind = db.kinds.get(entry.collection);
  if (!result) return;
  if (!kind) return storeForeign(db, entry, result);
  await storeResult(db, kind, entry, result, clock);
  if (result.status !== "conflict" || result.serverOmitted) await reconcilePending(db, kind, result.key, clock);
}

/** The result of an entry that a newer version of the application has written. Its number is used up either way. */
async function storeForeign(db: UserDatabase, entry: SealedEntry, { status }: SyncResult): Promise<void> {
  if (status === "applied" || status === "duplicate") await db.syncQueue.delete(entry.id);
  else await db.syncQueue.put(park(entry, "unknown_collection", "A newer version of the app wrote this."));
}

/** The row's entry that was written while this one was in flight. */
export async function laterEntry(
  db: UserDatabase,
  { id, collection, key }: SealedEntry,
): Promise<OutboxEntry | undefined> {
  return (await entriesOf(db, collection, key)).find((other) => other.id !== id);
}

async function storeResult(
  db: UserDatabase,
  kind: SyncedKind,
  entry: SealedEntry,
  { status, key, revision, server, serverOmitted, error }: SyncResult,
  clock: Clock,
): Promise<void> {
  const later = await laterEntry(db, entry);
  if (status === "conflict") {
    await requeue(db, entry, later, serverOmitted || !!server?.value);
    // The row is not known. The entry is sent again.
    if (serverOmitted) return;
    const row = server?.value ? rowOf(kind, entry.key, server.value) : null;
    return reconcile(
      db,
      kind,
      entry.key,
      { revision: server?.revision ?? 0, row, exact: exactNumbersOf(server?.value) },
      clock,
      true,
    );
  }
  if (status !== "rejected") return acknowledge(db, kind, entry, later, { key, revision: revision ?? 0 });
  const { code = "refused", detail = "The server refused it.", errors = [] } = error ?? {};
  // A delete of a row that the server doesn't have is done.
  if (entry.op === "delete" && code === "not_found")
    return acknowledge(db, kind, entry, later, { key: entry.key, revision: 0 });
  if (later) return requeue(db, entry, later);
  if (code === "duplicate_name" && (await isNameAboutToChange(db, entry, error?.server))) {
    // Counted, so that two entries that wait for each other end as conflicts of names.
    return void (await requeueLater(db, entry, clock));
  }
  if (code === "duplicate_name") return resolveDuplicate(db, kind, entry, error?.server ?? null, clock);
  // After a restore two devices may offer one row again, each under the key that it knows. The server has it by then.
  if (code === "id_conflict" && (await isTwin(db, kind, entry.key))) {
    await db.syncQueue.delete(entry.id);
    return db.rows(kind).delete(entry.key);
  }
  const codes = [code, ...errors.map((one) => one.code)];
  if (codes.some((one) => MISSING_ROW_CODES.includes(one)) && (await waitsForAnother(db, entry))) {
    return requeue(db, entry, undefined);
  }
  // `validation_failed` says only that a member is wrong; the member's error says what.
  const member = code === "validation_failed" ? errors[0] : undefined;
  await db.syncQueue.put(park(entry, member?.code ?? code, member?.detail || detail));
}

/** Whether the row was made on a device, under another key. */
async function isTwin(db: UserDatabase, kind: SyncedKind, key: string): Promise<boolean> {
  const row = await db.rows(kind).get(key);
  return ((row && kind.temporaryKeyOf?.(row)) ?? key) !== key;
}

/** Whether this device is about to change or delete the row that has the name. The repeat of a refusal doesn't tell which one it is, a new one does. */
async function isNameAboutToChange(db: UserDatabase, entry: SealedEntry, server: unknown): Promise<boolean> {
  const { id } = (server ?? {}) as { id?: string };
  if (FAULTS_ENABLED && hasFault("names settled one by one")) return false;
  if (entry.attempts + 1 >= MAX_ATTEMPTS) return false;
  if (id === undefined) return true;
  return (await entriesOf(db, entry.collection, id)).some(({ status }) => status !== "failed");
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
    const [collection, key] = ofName(need);
    const creating = (await entriesOf(db, collection, key)).some((entry) => entry.create);
    const state = await db.syncRows.get([collection, key]);
    if (creating || state?.localOnly) return true;
  }
  return false;
}
