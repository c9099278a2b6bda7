// Moves a guest's rows into the database of whoever signed in. The rows and the note that they are there are one transaction of that database;
// only then is the guest's emptied. So a claim that breaks off is made again, and nothing is there twice.

import type { ByteStore } from "../assets/bytes";
import { messageLane } from "../chat/lanes";
import { UNSENT_POSITION } from "../chat/message-writes";
import { type Clock, toIso } from "../clock";
import { AppState } from "../db/app-state";
import type { MessageRow, UserDatabase } from "../db/database";
import type { LocalFile, Row } from "../db/device-tables";
import { newId } from "../ids";
import { enqueue, nextOrder } from "../outbox/enqueue";
import { type Definition, MESSAGES } from "../rows/definition";
import { sameContent } from "../rows/merge";
import { keyOf, nameOf } from "../rows/state";
import { putRow } from "../rows/write";
import type { ClaimOptions, GuestPreview } from "../types";

interface ClaimState {
  /** Of a guest's database: which one it is, until it is emptied. */
  "guest.id": string;
  /** Of a person's: the guests that are in it. */
  "guest.claimed": string[];
}

/** What a claim would move, and which of it meets rows of the account. */
export async function preview(guest: UserDatabase, db: UserDatabase): Promise<GuestPreview> {
  const counts: Record<string, number> = {};
  const collisions: GuestPreview["collisions"] = [];
  for (const definition of db.definitions.values()) {
    const rows = await guest.rows(definition).toArray();
    if (rows.length > 0) counts[definition.name] = rows.length;
    for (const guestRow of rows) {
      const account = await namesake(db, definition, guestRow);
      if (account)
        collisions.push({ collection: definition.name, key: keyOf(definition, guestRow), guest: guestRow, account });
    }
  }
  return { counts, collisions };
}

/** Moves everything; the number of rows by collection. */
export async function claim(
  guest: UserDatabase,
  db: UserDatabase,
  { collisions = "keep" }: ClaimOptions,
  clock: Clock,
  bytesOf: (db: UserDatabase) => ByteStore,
): Promise<GuestPreview["counts"]> {
  const { counts } = await preview(guest, db);
  const id = await nameGuest(guest);
  const all = new Map<Definition, Row[]>();
  const stays = new Set<string>();
  for (const definition of db.definitions.values()) all.set(definition, await guest.rows(definition).toArray());
  for (const state of await guest.syncRows.where("localOnly").equals(1).toArray())
    stays.add(nameOf(state.collection, state.key));
  // The bytes first: once the rows are there, nothing may be missing of what they promise.
  const files = await copyBytes(guest, bytesOf(guest), bytesOf(db));
  await db.transaction("rw", db.tables, async () => {
    const state = new AppState<ClaimState>(db.appState);
    const claimed = (await state.get("guest.claimed")) ?? [];
    if (claimed.includes(id)) return;
    await db.assets.bulkPut(files);
    await new Move(db, all, stays, collisions, toIso(clock.now())).run();
    await state.set("guest.claimed", [...claimed, id]);
  });
  await guest.transaction("rw", guest.tables, async () => {
    for (const table of guest.tables) await table.clear();
  });
  for (const { id } of files) await bytesOf(guest).remove(id);
  return counts;
}

async function copyBytes(guest: UserDatabase, from: ByteStore, to: ByteStore): Promise<LocalFile[]> {
  const copies: LocalFile[] = [];
  for (const there of await guest.assets.toArray()) {
    const { file: _rowBytes, ...local } = there;
    const bytes = await from.read(there);
    const stored = bytes && (await to.keep(local.id, bytes));
    copies.push({ ...local, ...(stored && { file: stored }) });
  }
  return copies;
}

async function nameGuest(guest: UserDatabase): Promise<string> {
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
  readonly #rows: ReadonlyMap<Definition, Row[]>;
  readonly #stays: ReadonlySet<string>;
  readonly #collisions: "keep" | "merge";
  readonly #now: string;
  /** Rows that get another key: "collection:key" -> the new one. */
  readonly #moved = new Map<string, string>();

  constructor(
    db: UserDatabase,
    rows: ReadonlyMap<Definition, Row[]>,
    stays: ReadonlySet<string>,
    collisions: "keep" | "merge",
    now: string,
  ) {
    this.#db = db;
    this.#rows = rows;
    this.#stays = stays;
    this.#collisions = collisions;
    this.#now = now;
  }

  async run(): Promise<void> {
    // Keys first: a link may lead to a row that comes later.
    const writes: { definition: Definition; row: Row; localOnly: boolean }[] = [];
    // Files before what speaks of them, so that it waits for them.
    const inOrder = [...this.#rows].sort(([one], [other]) => Number(other.uploads) - Number(one.uploads));
    for (const [definition, rows] of inOrder) {
      for (const row of rows) {
        const localOnly = this.#stays.has(nameOf(definition.name, keyOf(definition, row)));
        const place = await this.#placeOf(definition, row);
        if (place) writes.push({ definition, row: place, localOnly });
      }
    }
    const messages = writes.filter(({ definition }) => definition.name === MESSAGES);
    for (const { definition, row, localOnly } of writes) {
      if (definition.name === MESSAGES) continue;
      await putRow(this.#db, definition, this.#relinked(definition, row), this.#now, { localOnly });
    }
    messages.sort((one, other) => Number(one.row.position) - Number(other.row.position));
    for (const { definition, row } of messages) await this.#putMessage(definition, row as unknown as MessageRow);
  }

  /** The row as it is to be written; `null` where the account has it already. */
  async #placeOf(definition: Definition, row: Row): Promise<Row | null> {
    const fresh = "revision" in row ? { ...row, revision: 0 } : row;
    const account = await namesake(this.#db, definition, row);
    if (!account) return (await this.#db.rows(definition).get(keyOf(definition, row))) ? null : fresh;
    const key = keyOf(definition, account);
    if (this.#collisions === "merge") {
      if (key !== keyOf(definition, row)) this.#moved.set(nameOf(definition.name, keyOf(definition, row)), key);
      // The account's members hold, the guest's fill in what is missing.
      const said = Object.entries(account).filter(([, value]) => value != null);
      return { ...fresh, ...Object.fromEntries(said) };
    }
    // A key with a meaning has room for one row.
    if (definition.key !== "id") return null;
    if (key !== keyOf(definition, row)) return fresh;
    const id = newId();
    this.#moved.set(nameOf(definition.name, key), id);
    return { ...fresh, id };
  }

  #relinked({ references }: Definition, row: Row): Row {
    const links = references.flatMap(({ member, collection }) => {
      const to = this.#moved.get(nameOf(collection, String(row[member])));
      return to ? [[member, to]] : [];
    });
    return { ...row, ...Object.fromEntries(links) };
  }

  async #putMessage(definition: Definition, row: MessageRow): Promise<void> {
    const db = this.#db;
    const order = await nextOrder(db);
    const message = { ...row, position: UNSENT_POSITION + order };
    await db.chatMessages.put(message);
    const lane = messageLane(message.sessionId);
    await enqueue(db, definition, {
      key: row.id,
      op: "put",
      create: true,
      row: { ...message },
      lane,
      order,
      now: this.#now,
    });
  }
}

/** The account's other row of the same key or the same unique name. */
async function namesake(db: UserDatabase, definition: Definition, row: Row): Promise<Row | undefined> {
  const own = await db.rows(definition).get(keyOf(definition, row));
  if (own) return sameContent(definition, own, row) ? undefined : own;
  if (definition.unique.length === 0) return undefined;
  const same = (other: Row) => definition.unique.every((member) => other[member] === row[member]);
  return db.rows(definition).filter(same).first();
}
