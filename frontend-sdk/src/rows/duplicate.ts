// Two devices made rows of one name. By the collection's policy they become one, with everything that referred to ours rewritten, or ours gets
// another name. Inside the caller's transaction.

import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry, Row } from "../db/device-tables";
import { FRESH } from "../outbox/enqueue";
import { park } from "../outbox/settle";
import type { Definition } from "./definition";
import { meet } from "./meet";
import { changedMembers } from "./merge";
import { keyOf, rowOf, rowsReferring, settleState, stateOf } from "./state";
import { putRow } from "./write";

/** Times of two rows differ always and say nothing about what they are. */
const TIMES = ["createdAt", "updatedAt"];

/** `server` is the row that has the name, as the server shows it. */
export async function settleDuplicate(
  db: UserDatabase,
  definition: Definition,
  entry: OutboxEntry,
  server: Row | null,
  clock: Clock,
): Promise<void> {
  const mine = await db.rows(definition).get(entry.key);
  if (!mine) return void (await db.syncQueue.delete(entry.id));
  const { id, value, revision } = (server ?? {}) as { id?: string; value?: Row; revision?: number };
  const theirs = id !== undefined && value ? rowOf(definition, id, value) : null;
  const now = toIso(clock.now());
  // Only a row that nobody else knows can become part of another.
  if (theirs && entry.create && canMerge(definition, mine, theirs)) {
    await db.syncQueue.delete(entry.id);
    await db.rows(definition).delete(entry.key);
    await settleState(db, await stateOf(db, definition, entry.key));
    await meet(db, definition, keyOf(definition, theirs), { revision: revision ?? 0, row: theirs }, clock);
    await fill(db, definition, mine, theirs, now);
    await relink(db, definition, entry.key, keyOf(definition, theirs), now);
    return;
  }
  const renamed = definition.policy === "ask" ? null : await rename(db, definition, mine);
  if (!renamed) {
    await db.syncQueue.put(park(entry, "duplicate_name", "Another one has this name already."));
    return;
  }
  await db.syncQueue.put({ ...entry, ...FRESH, nextRetryAt: null });
  await putRow(db, definition, renamed, now);
}

/** Merging loses nothing: the rows say the same wherever both say something. Unless the policy is that the server's row is right. */
function canMerge({ policy, ...definition }: Definition, mine: Row, theirs: Row): boolean {
  if (policy === "server-wins") return true;
  if (policy !== "merge") return false;
  const differ = changedMembers({ policy, ...definition }, mine, theirs);
  return differ.every(
    (member) => member === definition.key || TIMES.includes(member) || mine[member] == null || theirs[member] == null,
  );
}

/** What only ours said goes into theirs. */
async function fill(db: UserDatabase, definition: Definition, mine: Row, theirs: Row, now: string): Promise<void> {
  const lacks = Object.entries(mine).filter(([member, value]) => value != null && theirs[member] == null);
  if (lacks.length === 0 || definition.policy === "server-wins") return;
  const current = (await db.rows(definition).get(keyOf(definition, theirs))) ?? theirs;
  await putRow(db, definition, { ...current, ...Object.fromEntries(lacks) }, now);
}

/** Rows that referred to `from` refer to `to`. */
async function relink(db: UserDatabase, { name }: Definition, from: string, to: string, now: string): Promise<void> {
  for (const definition of db.definitions.values()) {
    for (const { member, collection } of definition.references) {
      if (collection !== name) continue;
      for (const row of await rowsReferring(db, definition, member, from)) {
        await putRow(db, definition, { ...row, [member]: to }, now);
      }
    }
  }
}

/** "Name (2)", or the next number that is free here. `null` where the name is made of references. */
async function rename(db: UserDatabase, definition: Definition, row: Row): Promise<Row | null> {
  const links = definition.references.map(({ member }) => member);
  const member = definition.unique.find((candidate) => !links.includes(candidate));
  if (!member) return null;
  const [, stem = "", last = "1"] = /^(.*?)(?: \((\d+)\))?$/s.exec(String(row[member])) ?? [];
  const taken = new Set((await db.rows(definition).toArray()).map((other) => other[member]));
  let number = Number(last) + 1;
  while (taken.has(`${stem} (${number})`)) number += 1;
  return { ...row, [member]: `${stem} (${number})` };
}
