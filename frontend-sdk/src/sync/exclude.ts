// Collections that stay on this device by the application's choice. Their rows are written like any others; nothing of them is queued or
// pulled until they are included again.

import { type Clock, toIso } from "../clock";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { RowState } from "../db/device-tables";
import { LandfallError } from "../errors";
import { enqueue } from "../outbox/enqueue";
import type { Definition } from "../rows/definition";
import { sameContent } from "../rows/merge";
import { entriesOf, isAtServer, settleState } from "../rows/state";

/** What waits is taken out of the queue and stays with its row; what is on its way is answered. */
export async function excludeCollection(db: UserDatabase, name: string): Promise<void> {
  requireDefinition(db, name);
  await db.transaction("rw", db.tables, async () => {
    await setExcluded(db, (names) => [...names.filter((other) => other !== name), name]);
    const waiting = await db.syncQueue
      .filter(({ collection, number }) => collection === name && number === null)
      .toArray();
    await db.syncQueue.bulkDelete(waiting.map(({ id }) => id));
    for (const { key } of waiting) await db.syncRows.update([name, key], { localOnly: 2 });
  });
}

/** What was written meanwhile is queued. */
export async function includeCollection(db: UserDatabase, name: string, clock: Clock): Promise<void> {
  const definition = requireDefinition(db, name);
  if (definition.direction === "device-only") {
    throw new LandfallError("device_only", `Rows of ${name} don't leave the device.`);
  }
  await db.transaction("rw", db.tables, async () => {
    await setExcluded(db, (names) => names.filter((other) => other !== name));
    const stayed = await db.syncRows
      .where("localOnly")
      .equals(2)
      .and(({ collection }) => collection === name)
      .toArray();
    for (const state of stayed) await letGo(db, definition, state, toIso(clock.now()));
  });
}

async function letGo(
  db: UserDatabase,
  definition: Definition,
  { localOnly: _stayed, ...state }: RowState,
  now: string,
): Promise<void> {
  const { key, base = null } = state;
  const row = (await db.rows(definition).get(key)) ?? null;
  if (sameContent(definition, row, base)) return settleState(db, state);
  await db.syncRows.put({ ...state, base });
  if ((await entriesOf(db, definition.name, key)).length > 0) return;
  if (row) await enqueue(db, definition, { key, op: "put", create: !isAtServer(state), row, now });
  else if (base) await enqueue(db, definition, { key, op: "delete", create: false, row: base, now });
}

async function setExcluded(db: UserDatabase, change: (names: string[]) => string[]): Promise<void> {
  const state = new AppState<UserState>(db.appState);
  await state.set("sync.excluded", change((await state.get("sync.excluded")) ?? []));
}

function requireDefinition(db: UserDatabase, name: string): Definition {
  const definition = db.definitions.get(name);
  if (!definition) throw new LandfallError("unknown_collection", `There is no collection "${name}".`);
  return definition;
}
