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
        const itsKey = keyOf(definition, row);
        const { revision } = await stateOf(db, definition, itsKey);
        taken.push({ collection: definition.name, key: itsKey, revision, row });
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

/**
 * Puts back what `takeAlong` took: rows that are still gone, and links that are still cut. Queued again is what was never sent, and a link that
 * the server has no more, because the row went there without it meanwhile.
 */
export async function restoreTaken(db: UserDatabase, taken: readonly TakenRow[], now: string): Promise<void> {
  for (const { collection, key, revision, row: before } of taken) {
    const definition = db.definitions.get(collection);
    if (!definition) continue;
    const current = await db.rows(definition).get(key);
    const state = await stateOf(db, definition, key);
    // Deleted at the server for good, whatever becomes of this delete.
    if (!current && state.deleted) continue;
    const links = current ? cutLinks(definition, current, before) : {};
    const row = current ? { ...current, ...links } : before;
    await db.rows(definition).put(row);
    const entries = await entriesOf(db, collection, key);
    const sentWithout = current && Object.keys(links).length > 0 && (entries.length > 0 || state.revision !== revision);
    const unsent = state.revision === 0 || state.base !== undefined || sentWithout;
    // One that waits will be sent as the row is by then.
    if (!unsent || state.localOnly || entries.some(({ number }) => number === null)) continue;
    await db.syncRows.put({ ...state, base: state.base !== undefined ? state.base : sentWithout ? current : null });
    const create = entries.length > 0 ? entries[0]?.op === "delete" : !isAtServer(state);
    await enqueue(db, definition, { key, op: "put", create, row, now });
  }
}

function cutLinks({ references }: Definition, current: Row, before: Row): Row {
  const cut = references.filter(({ member }) => current[member] === null);
  return Object.fromEntries(cut.map(({ member }) => [member, before[member]]));
}
