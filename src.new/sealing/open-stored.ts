// Opens the rows that came before this device had the key.

import { putRow } from "../outbox/write";
import { ofName, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { type DataKey, openText } from "./envelope";
import { envelopeOf, fillSecrets, joinRow, splitRow } from "./split";
import type { SealingStore } from "./state";
import { envelopesOf, openVersions } from "./versions";

/** The texts of a row's envelopes by ciphertext; `null`: it can't be opened. */
type Texts = Map<string, string | null>;

/**
 * Opens the rows that wait for a key. `isSettled`: everything that was pulled is stored, so that no name is kept for a row that is about to be stored.
 * `now` is RFC 3339 UTC.
 */
export async function openStored(
  db: UserDatabase,
  store: SealingStore,
  now: string,
  isSettled: boolean,
): Promise<void> {
  const names = await store.names("sealing.waiting");
  if (names.length === 0) return;
  const { keys } = await store.known();
  const [opened, unreadable] = [new Set<string>(), new Set<string>()];
  for (const name of names) {
    const [collection, key] = ofName(name);
    const kind = db.kinds.get(collection);
    if (!kind) continue;
    await openOne(db, kind, key, keys, now);
    const left = await envelopesOf(db, kind, key);
    const isThere = (await db.rows(kind).get(key)) !== undefined;
    if (left.some(({ kid }) => keys.has(kid))) unreadable.add(name);
    if (left.every(({ kid }) => keys.has(kid)) && (isSettled || isThere)) opened.add(name);
  }
  if (unreadable.size > 0) await store.changeNames("sealing.unreadable", unreadable, new Set());
  await store.changeNames("sealing.waiting", new Set(), opened);
}

async function openOne(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  keys: ReadonlyMap<string, DataKey>,
  now: string,
): Promise<void> {
  const texts: Texts = new Map();
  // Nothing asynchronous may run in the transaction. A version that is stored meanwhile is opened by the next round.
  for (let isOpen = false; !isOpen; ) {
    for (const envelope of await envelopesOf(db, kind, key)) {
      const data = keys.get(envelope.kid);
      if (!data || texts.has(envelope.ciphertext)) continue;
      texts.set(envelope.ciphertext, await openText(data, kind.name, key, envelope));
    }
    isOpen = await db.transaction("rw", db.tables, async () => {
      const found = await envelopesOf(db, kind, key);
      if (found.some(({ kid, ciphertext }) => keys.has(kid) && !texts.has(ciphertext))) return false;
      const hidden = await hiddenSecrets(db, kind, key, texts);
      const open = (row: Row) => {
        const text = texts.get(envelopeOf(kind.name, row)?.ciphertext ?? "");
        return text == null ? row : joinRow(kind, row, text);
      };
      await openVersions(db, kind, key, open);
      if (hidden !== null) await mendBlindEdit(db, kind, key, hidden, now);
      return true;
    });
  }
}

/** The secrets of a row that was edited here without them: its envelope is in the server's row alone. */
async function hiddenSecrets(db: UserDatabase, kind: SyncedKind, key: string, texts: Texts): Promise<string | null> {
  const { base } = await stateOf(db, kind, key);
  const row = await db.rows(kind).get(key);
  if (!row || envelopeOf(kind.name, row)) return null;
  return texts.get(envelopeOf(kind.name, base)?.ciphertext ?? "") ?? null;
}

/** A device without the key overwrites no secret: what the application has written without seeing it gets it back, unless it is another secret. */
async function mendBlindEdit(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  hidden: string,
  now: string,
): Promise<void> {
  const { base } = await stateOf(db, kind, key);
  const row = await db.rows(kind).get(key);
  if (!row || !base) return;
  if (kind.name !== "settings") return putRow(db, kind, fillSecrets(row, hidden), now);
  if (!splitRow(kind, key, row, false)) await putRow(db, kind, base, now);
}
