// The rows of one claim, written into the account inside one transaction.

import { putRow } from "../outbox/write";
import { keyOf, nameOf } from "../store/entries";
import { sameContent } from "../store/merge";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { newId } from "../util/ids";

/** One claim, inside its transaction. */
export class Move {
  readonly #db: UserDatabase;
  readonly #rows: ReadonlyMap<SyncedKind, Row[]>;
  readonly #localOnly: ReadonlySet<string>;
  readonly #collisions: "keep" | "merge";
  readonly #now: string;
  readonly #isEdit: (kind: SyncedKind, account: Row) => boolean;
  /** Rows that get another key: "collection:key" -> the new key. */
  readonly #newKeys = new Map<string, string>();

  constructor(
    db: UserDatabase,
    rows: ReadonlyMap<SyncedKind, Row[]>,
    localOnly: ReadonlySet<string>,
    collisions: "keep" | "merge",
    now: string,
    isEdit: (kind: SyncedKind, account: Row) => boolean,
  ) {
    this.#db = db;
    this.#rows = rows;
    this.#localOnly = localOnly;
    this.#collisions = collisions;
    this.#now = now;
    this.#isEdit = isEdit;
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

  /** The row to write; `null` where the account has it already. An edit of a row that an earlier claim has moved is written over that row. */
  async #resolve(kind: SyncedKind, row: Row): Promise<Row | null> {
    const fresh = "revision" in row ? { ...row, revision: 0 } : row;
    const account = await collidingRow(this.#db, kind, row);
    if (!account) return (await this.#db.rows(kind).get(keyOf(kind, row))) ? null : fresh;
    const key = keyOf(kind, account);
    if (key === keyOf(kind, row) && this.#isEdit(kind, account))
      return { ...account, ...row, ...("revision" in account && { revision: account.revision }) };
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
export async function collidingRow(db: UserDatabase, kind: SyncedKind, row: Row): Promise<Row | undefined> {
  const own = await db.rows(kind).get(keyOf(kind, row));
  if (own) return sameContent(kind, own, row) ? undefined : own;
  if (kind.unique.length === 0) return undefined;
  const same = (other: Row) => kind.unique.every((member) => other[member] === row[member]);
  return db.rows(kind).filter(same).first();
}
