// Moves a guest's rows into the database of the user who signed in. The rows and the note that they were moved are one transaction of that
// database; only then is the guest's emptied. A claim that breaks off can be repeated, and no row is there twice.

import { putRow } from "../outbox/write";
import { AppState } from "../store/app-state";
import { sameContent } from "../store/merge";
import { keyOf, nameOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { Clock } from "../types/clock";
import type { ClaimOptions, GuestPreview } from "../types/guest";
import { toIso } from "../util/clock";
import { newId } from "../util/ids";

interface ClaimState {
  /** Of a guest's database: its id, until it is emptied. */
  "guest.id": string;
  /** Of a user's database: the ids of the guests that were moved into it. */
  "guest.claimed": string[];
}

/** What a claim would move, and which of it collides with rows of the account. */
export async function preview(guest: UserDatabase, db: UserDatabase): Promise<GuestPreview> {
  const counts: Record<string, number> = {};
  const collisions: GuestPreview["collisions"] = [];
  for (const kind of db.kinds.values()) {
    const rows = await guest.rows(kind).toArray();
    if (rows.length > 0) counts[kind.name] = rows.length;
    for (const guestRow of rows) {
      const account = await collidingRow(db, kind, guestRow);
      if (account) collisions.push({ collection: kind.name, key: keyOf(kind, guestRow), guest: guestRow, account });
    }
  }
  return { counts, collisions };
}

/** Moves everything. Returns the number of rows by collection. */
export async function claim(
  guest: UserDatabase,
  db: UserDatabase,
  { collisions = "keep" }: ClaimOptions,
  clock: Clock,
  ownIndexedDb: boolean,
): Promise<GuestPreview["counts"]> {
  const { counts } = await preview(guest, db);
  const id = await guestId(guest);
  const kinds = [...db.kinds.values()].sort((one, other) => orderOf(one) - orderOf(other));
  const all = new Map<SyncedKind, Row[]>();
  for (const kind of kinds) {
    const rows = await guest.rows(kind).toArray();
    all.set(kind, kind.claim?.compare ? rows.sort(kind.claim.compare) : rows);
  }
  const localOnly = new Set(
    (await guest.syncRows.where("localOnly").equals(1).toArray()).map(({ collection, key }) => nameOf(collection, key)),
  );
  // Bytes of files are copied first, so that no row exists without them.
  const copies = await Promise.all(kinds.flatMap((kind) => kind.claim?.copy?.(guest, db, ownIndexedDb) ?? []));
  await db.transaction("rw", db.tables, async () => {
    const state = new AppState<ClaimState>(db.appState);
    const claimed = (await state.get("guest.claimed")) ?? [];
    if (claimed.includes(id)) return;
    for (const copy of copies) await copy.store();
    await new Move(db, all, localOnly, collisions, toIso(clock.now())).run();
    await state.set("guest.claimed", [...claimed, id]);
  });
  await guest.transaction("rw", guest.tables, async () => {
    for (const table of guest.tables) await table.clear();
  });
  for (const copy of copies) await copy.finish();
  return counts;
}

function orderOf({ claim }: SyncedKind): number {
  return claim?.order ?? 0;
}

async function guestId(guest: UserDatabase): Promise<string> {
  return guest.transaction("rw", guest.appState, async () => {
    const state = new AppState<ClaimState>(guest.appState);
    const id = (await state.get("guest.id")) ?? newId();
    await state.set("guest.id", id);
    return id;
  });
}

/** One claim, inside its transaction. */
class Move {
  readonly #db: UserDatabase;
  readonly #rows: ReadonlyMap<SyncedKind, Row[]>;
  readonly #localOnly: ReadonlySet<string>;
  readonly #collisions: "keep" | "merge";
  readonly #now: string;
  /** Rows that get another key: "collection:key" -> the new key. */
  readonly #newKeys = new Map<string, string>();

  constructor(
    db: UserDatabase,
    rows: ReadonlyMap<SyncedKind, Row[]>,
    localOnly: ReadonlySet<string>,
    collisions: "keep" | "merge",
    now: string,
  ) {
    this.#db = db;
    this.#rows = rows;
    this.#localOnly = localOnly;
    this.#collisions = collisions;
    this.#now = now;
  }

  async run(): Promise<void> {
    // New keys are chosen before anything is written, since a row may refer to one of a later kind.
    const writes: { kind: SyncedKind; row: Row; localOnly: boolean }[] = [];
    for (const [kind, rows] of this.#rows) {
      for (const row of rows) {
        const localOnly = this.#localOnly.has(nameOf(kind.name, keyOf(kind, row)));
        const moved = await this.#resolve(kind, row);
        if (moved) writes.push({ kind, row: moved, localOnly });
      }
    }
    for (const { kind, row, localOnly } of writes) {
      const relinked = this.#relink(kind, row);
      if (kind.claim?.put) await kind.claim.put(this.#db, kind, relinked, this.#now);
      else await putRow(this.#db, kind, relinked, this.#now, { localOnly });
    }
  }

  /** The row to write; `null` where the account has it already. */
  async #resolve(kind: SyncedKind, row: Row): Promise<Row | null> {
    const fresh = "revision" in row ? { ...row, revision: 0 } : row;
    const account = await collidingRow(this.#db, kind, row);
    if (!account) return (await this.#db.rows(kind).get(keyOf(kind, row))) ? null : fresh;
    const key = keyOf(kind, account);
    if (this.#collisions === "merge") {
      if (key !== keyOf(kind, row)) this.#newKeys.set(nameOf(kind.name, keyOf(kind, row)), key);
      // The account's members win, the guest's fill in what is missing.
      const set = Object.entries(account).filter(([, value]) => value != null);
      return { ...fresh, ...Object.fromEntries(set) };
    }
    // A key with a meaning has room for one row.
    if (kind.key !== "id") return null;
    if (key !== keyOf(kind, row)) return fresh;
    const id = newId();
    this.#newKeys.set(nameOf(kind.name, key), id);
    return { ...fresh, id };
  }

  #relink({ references }: SyncedKind, row: Row): Row {
    const links = references.flatMap(({ member, collection }) => {
      const to = this.#newKeys.get(nameOf(collection, String(row[member])));
      return to ? [[member, to]] : [];
    });
    return { ...row, ...Object.fromEntries(links) };
  }
}

/** The account's different row of the same key or the same unique name. */
async function collidingRow(db: UserDatabase, kind: SyncedKind, row: Row): Promise<Row | undefined> {
  const own = await db.rows(kind).get(keyOf(kind, row));
  if (own) return sameContent(kind, own, row) ? undefined : own;
  if (kind.unique.length === 0) return undefined;
  const same = (other: Row) => kind.unique.every((member) => other[member] === row[member]);
  return db.rows(kind).filter(same).first();
}
