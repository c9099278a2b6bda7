// Keeps on the device what it can't seal. Runs in the transaction that numbers entries, so nothing is sent in between.

import { enqueue } from "../outbox/enqueue";
import { park } from "../outbox/retry";
import { entriesOf } from "../store/entries";
import { ofName, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { MutationBody, OutboxEntry } from "../store/tables";
import { RECORD_KEY } from "./record";
import { envelopeMember, envelopeOf, splitRow } from "./split";
import type { SealingStore } from "./state";

/** Entries with these codes are sent again when the device is open. The server's code is of a client without sealing. */
const HELD_CODES = ["locked", "secret_in_clear"];

/** Parks an entry that waits for the key or must not be sent, and returns `true` then. Puts an envelope back that the application has dropped from a row. */
export async function holdEntry(
  db: UserDatabase,
  store: SealingStore,
  kind: SyncedKind | undefined,
  entry: OutboxEntry,
  body: MutationBody,
  isWhole: boolean,
): Promise<boolean> {
  const { value } = body;
  const { key, op } = entry;
  const waits = async (code: string, reason: string) => {
    await db.syncQueue.put(park(entry, code, reason));
    return true;
  };
  // The sealing writes it by requests of its own.
  if (kind?.name === "settings" && key === RECORD_KEY)
    return waits("invalid_input", "This setting is the record of the sealing. Applications don't write it.");
  if (!kind || op !== "put" || !value) return false;
  const { current } = await store.known();
  const isSealed = envelopeOf(kind.name, value) !== undefined;
  if (current) {
    if (!isWhole || !isSealed) return false;
    return waits("unreadable", "The sealed part of this row can't be opened, so nothing of it is sent.");
  }
  const member = envelopeMember(kind.name);
  const { base } = await stateOf(db, kind, key);
  const hidden = isSealed ? undefined : envelopeOf(kind.name, base);
  const isBlind = hidden && member !== "sealed";
  if (isBlind || splitRow(kind, key, value, isWhole))
    return waits("locked", "It is sent when the passphrase has been entered on this device.");
  const row = await db.rows(kind).get(key);
  if (!hidden || !row) return false;
  body.value = { ...value, [member]: hidden };
  await db.rows(kind).put({ ...row, [member]: hidden });
  return false;
}

/** Sends what has waited for the key, inside the caller's transaction. */
export async function releaseHeld(db: UserDatabase): Promise<void> {
  const failed = await db.syncQueue.where("status").equals("failed").toArray();
  const held = failed.filter(({ error }) => HELD_CODES.includes(error?.code ?? ""));
  await db.syncQueue.bulkPut(
    held.map((entry): OutboxEntry => ({ ...entry, status: "pending", attempts: 0, nextRetryAt: null, error: null })),
  );
}

/** Queues rows that the server has in clear text, so that it gets them sealed. `now` is RFC 3339 UTC. */
export async function sealAgain(db: UserDatabase, names: readonly string[], now: string): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    for (const name of names) {
      const [collection, key] = ofName(name);
      const kind = db.kinds.get(collection);
      const row = kind && (await db.rows(kind).get(key));
      if (!kind || !row || (await entriesOf(db, collection, key)).length > 0) continue;
      const state = await stateOf(db, kind, key);
      if (state.localOnly) continue;
      await db.syncRows.put({ ...state, base: row });
      await enqueue(db, kind, { key, op: "put", create: false, row, now });
    }
  });
}
