// What a delete does to the rows around it on this device, as the server will do there, and how that is taken back. Inside the caller's
// transaction; nothing of it is queued, since the server's own rules follow from the delete.

import type { UserDatabase } from "../db/database";
import type { Row, TakenRow } from "../db/device-tables";
import { enqueue } from "../outbox/enqueue";
import type { Definition } from "./definition";
import { entriesOf, isAtServer, keyOf, rowsReferring, stateOf } from "./state";

/** Removes what is part of a row, and what is part of that, and unlinks the rest. Gives all of them as they were. */
export async function takeAlong(db: UserDatabase, { name }: Definition, key: string): Promise<TakenRow[]> {
  const taken: TakenRow[] = [];
  for (const definition of db.definitions.values()) {
    for (const { member, collection, onDelete } of definition.references) {
      if (collection !== name || onDelete === "stay") continue;
      for (const row of await rowsReferring(db, definition, member, key)) {
        taken.push({ collection: definition.name, key: keyOf(definition, row), row });
        if (onDelete === "unlink") await db.rows(definition).put({ ...row, [member]: null });
        else taken.push(...(await bury(db, definition, row)));
      }
    }
  }
  return taken;
}

async function bury(db: UserDatabase, definition: Definition, row: Row): Promise<TakenRow[]> {
  const key = keyOf(definition, row);
  await db.rows(definition).delete(key);
  const unsent = (await entriesOf(db, definition.name, key)).filter(
    ({ number, status }) => number === null || status === "failed",
  );
  await db.syncQueue.bulkDelete(unsent.map(({ id }) => id));
  if (definition.restorable) {
    const state = await stateOf(db, definition, key);
    await db.syncRows.put({ ...state, buried: row });
  }
  return takeAlong(db, definition, key);
}

/** Puts back what `takeAlong` took: rows that are still gone, and links that are still cut. What was never sent is queued again. */
export async function restoreTaken(db: UserDatabase, taken: readonly TakenRow[], now: string): Promise<void> {
  for (const { collection, key, row } of taken) {
    const definition = db.definitions.get(collection);
    if (!definition) continue;
    const current = await db.rows(definition).get(key);
    if (current) await db.rows(definition).put({ ...current, ...cutLinks(definition, current, row) });
    else await db.rows(definition).put(row);
    const state = await stateOf(db, definition, key);
    const unsent = state.revision === 0 || state.base !== undefined;
    if (!unsent || state.localOnly || (await entriesOf(db, collection, key)).length > 0) continue;
    await db.syncRows.put({ ...state, base: state.base ?? null });
    await enqueue(db, definition, { key, op: "put", create: !isAtServer(state), row, now });
  }
}

function cutLinks({ references }: Definition, current: Row, before: Row): Row {
  const cut = references.filter(({ member }) => current[member] === null);
  return Object.fromEntries(cut.map(({ member }) => [member, before[member]]));
}
