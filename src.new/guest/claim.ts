// Moves a guest's rows into the database of the user who signed in. A claim belongs to one account from its first step on, and each step can be
// repeated: the guest's database notes which rows the claim moves, the account's database stores them together with the id of the claim, and then
// the guest's database drops those that are still as they were. A row that the guest has written since stays for the next claim.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { AppState } from "../store/app-state";
import { keyOf, nameOf } from "../store/entries";
import { ofName } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { Clock } from "../types/clock";
import type { ClaimOptions, GuestPreview } from "../types/guest";
import { toIso } from "../util/clock";
import { fingerprint } from "../util/hash";
import { newId } from "../util/ids";
import { collidingRow, Move } from "./move";

/** A claim that has begun and whose rows are still in the guest's database. */
interface BegunClaim {
  id: string;
  userId: string;
  /** The fingerprints of its rows by "collection:key". */
  rows: Record<string, string>;
}

interface ClaimState {
  /** Of a guest's database. */
  "guest.claims": BegunClaim[];
  /** Of a guest's database: rows that were edited after they were moved. The fingerprint is that of the moved row. */
  "guest.edited": Record<string, { userId: string; fingerprint: string }>;
  /** Of a user's database: the ids of the claims that are stored in it. */
  "guest.claimed": string[];
}

/** The account that claims. */
export interface Account {
  db: UserDatabase;
  userId: string;
  /** The application passed its own IndexedDB, so that bytes of files are in it. */
  ownIndexedDb: boolean;
}

type RowsOfKinds = Map<SyncedKind, Row[]>;

/** What a claim would move, and which of it collides with rows of the account. */
export async function preview(guest: UserDatabase, account: Account): Promise<GuestPreview> {
  await finishArrived(guest, account);
  const counts: Record<string, number> = {};
  const collisions: GuestPreview["collisions"] = [];
  for (const [kind, rows] of await claimable(guest, account.userId)) {
    if (rows.length > 0) counts[kind.name] = rows.length;
    for (const guestRow of rows) {
      const own = await collidingRow(account.db, kind, guestRow);
      if (own) collisions.push({ collection: kind.name, key: keyOf(kind, guestRow), guest: guestRow, account: own });
    }
  }
  return { counts, collisions };
}

/** Moves everything that no other account has begun to claim. Returns the number of rows by collection. */
export async function claim(
  guest: UserDatabase,
  account: Account,
  { collisions = "keep" }: ClaimOptions,
  clock: Clock,
): Promise<GuestPreview["counts"]> {
  const { db, ownIndexedDb } = account;
  await finishArrived(guest, account);
  const { begun, rows, localOnly, edited } = await begin(guest, account.userId);
  const keys = (kind: SyncedKind) => (rows.get(kind) ?? []).map((row) => keyOf(kind, row));
  // Bytes of files are copied first, so that no row exists without them.
  const stores = await Promise.all(
    [...rows.keys()].map((kind) => kind.claim?.copy?.(guest, db, ownIndexedDb, keys(kind))),
  );
  if (FAULTS_ENABLED && hasFault("guest emptied too early")) await empty(guest, begun, ownIndexedDb);
  await db.transaction("rw", db.tables, async () => {
    const state = new AppState<ClaimState>(db.appState);
    const claimed = (await state.get("guest.claimed")) ?? [];
    if (claimed.includes(begun.id)) return;
    for (const store of stores) await store?.();
    const isEdit = (kind: SyncedKind, own: Row) => {
      const known = edited[nameOf(kind.name, keyOf(kind, own))];
      return known?.userId === account.userId && known.fingerprint === contentPrint(kind, own);
    };
    await new Move(db, rows, localOnly, collisions, toIso(clock.now()), isEdit).run();
    await state.set("guest.claimed", [...claimed, begun.id]);
  });
  await empty(guest, begun, ownIndexedDb);
  return Object.fromEntries([...rows].flatMap(([{ name }, some]) => (some.length > 0 ? [[name, some.length]] : [])));
}

/** Empties the guest's database of claims that broke off after their rows had arrived in this account. */
async function finishArrived(guest: UserDatabase, { db, userId, ownIndexedDb }: Account): Promise<void> {
  const arrived = (await new AppState<ClaimState>(db.appState).get("guest.claimed")) ?? [];
  const begun = (await new AppState<ClaimState>(guest.appState).get("guest.claims")) ?? [];
  for (const one of begun) if (one.userId === userId && arrived.includes(one.id)) await empty(guest, one, ownIndexedDb);
}

/** The guest's rows that this account may claim, in the order in which they are written. */
async function claimable(guest: UserDatabase, userId: string): Promise<RowsOfKinds> {
  const begun = (await new AppState<ClaimState>(guest.appState).get("guest.claims")) ?? [];
  const anybody = FAULTS_ENABLED && hasFault("claim of anybody");
  const others = begun.filter((one) => one.userId !== userId && !anybody);
  const all: RowsOfKinds = new Map();
  for (const kind of [...guest.kinds.values()].sort((one, other) => orderOf(one) - orderOf(other))) {
    // A row that was edited since another account began to claim it may have texts of that user too.
    const isTaken = (row: Row) => others.some(({ rows }) => nameOf(kind.name, keyOf(kind, row)) in rows);
    const rows = (await guest.rows(kind).toArray()).filter((row) => !isTaken(row));
    all.set(kind, kind.claim?.compare ? rows.sort(kind.claim.compare) : rows);
  }
  return all;
}

function orderOf({ claim }: SyncedKind): number {
  return claim?.order ?? 0;
}

/** Notes which rows the account claims. A claim of the account that broke off before its rows arrived is continued with the rows as they are now. */
async function begin(guest: UserDatabase, userId: string) {
  return guest.transaction("rw", guest.tables, async () => {
    const state = new AppState<ClaimState>(guest.appState);
    const claims = (await state.get("guest.claims")) ?? [];
    const rows = await claimable(guest, userId);
    const prints: Record<string, string> = {};
    for (const [kind, some] of rows) {
      for (const row of some) prints[nameOf(kind.name, keyOf(kind, row))] = contentPrint(kind, row);
    }
    const id = claims.find((one) => one.userId === userId)?.id ?? newId();
    const begun: BegunClaim = { id, userId, rows: prints };
    await state.set("guest.claims", [...claims.filter((one) => one.id !== id), begun]);
    const kept = await guest.syncRows.where("localOnly").equals(1).toArray();
    const localOnly = new Set(kept.map(({ collection, key }) => nameOf(collection, key)));
    return { begun, rows, localOnly, edited: (await state.get("guest.edited")) ?? {} };
  });
}

/** Removes the rows that arrived from the guest's database, except those that were written since. */
async function empty(guest: UserDatabase, { id, userId, rows }: BegunClaim, ownIndexedDb: boolean): Promise<void> {
  const removed = new Map<SyncedKind, string[]>();
  await guest.transaction("rw", guest.tables, async () => {
    const state = new AppState<ClaimState>(guest.appState);
    const edited = { ...(await state.get("guest.edited")) };
    removed.clear();
    for (const [name, print] of Object.entries(rows)) {
      const [collection, key] = ofName(name);
      const kind = guest.kinds.get(collection);
      if (!kind) continue;
      const row = await guest.rows(kind).get(key);
      if (row && contentPrint(kind, row) !== print) {
        edited[name] = { userId, fingerprint: print };
        continue;
      }
      delete edited[name];
      await guest.rows(kind).delete(key);
      await guest.syncRows.delete([collection, key]);
      await guest.conflicts.delete([collection, key]);
      await guest.syncQueue.where("[collection+key]").equals([collection, key]).delete();
      await kind.onRemoved?.(guest, key);
      const keys = removed.get(kind) ?? [];
      keys.push(key);
      removed.set(kind, keys);
    }
    await state.set("guest.edited", edited);
    await state.set(
      "guest.claims",
      ((await state.get("guest.claims")) ?? []).filter((one) => one.id !== id),
    );
  });
  for (const [kind, keys] of removed) await kind.claim?.remove?.(guest, ownIndexedDb, keys);
}

/** A fingerprint of what a user wrote in a row. */
function contentPrint(kind: SyncedKind, row: Row): string {
  const ignored = [...kind.serverMembers, "revision", "createdAt", "updatedAt"];
  return fingerprint(
    Object.fromEntries(Object.entries(row).filter(([member, value]) => value != null && !ignored.includes(member))),
  );
}
