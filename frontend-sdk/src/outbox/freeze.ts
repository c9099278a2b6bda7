// Takes the next request out of the queue, gives its mutations their numbers and fixes what they say, in one transaction: from then on they are
// sent again unchanged until they are answered, by whichever tab leads. It knows nothing of the answer.

import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { MutationBody, OutboxEntry } from "../db/device-tables";
import { newId } from "../ids";
import { nameOf } from "../rows/state";
import { bodyOf } from "./body";
import { type Plan, planNext } from "./plan";

/**
 * Bodies of one request together, in bytes of JSON. Far below the server's 8 MiB: a slow line should bring a request home before the
 * timeout, and what is lost with a broken line is sent again. A single larger body travels alone.
 */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** An entry that is fixed. */
export type FrozenEntry = OutboxEntry & { requestId: string; clientId: string; number: number; body: MutationBody };

/** A frozen request, ready to be sent; or what the plan says when there is none. */
export type NextRequest = { kind: "request"; entries: FrozenEntry[] } | Exclude<Plan, { kind: "send" }>;

/** The next request, marked as `sending`. */
export async function freezeNext(db: UserDatabase, now: number): Promise<NextRequest> {
  return db.transaction("rw", db.tables, async (): Promise<NextRequest> => {
    const state = new AppState<UserState>(db.appState);
    const excluded = (await state.get("sync.excluded")) ?? [];
    const stays = new Set(
      ((await db.syncRows.where("localOnly").above(0).primaryKeys()) as [string, string][]).map((key) =>
        nameOf(...key),
      ),
    );
    const sends = (collection: string) =>
      db.definitions.get(collection)?.direction === "both" && !excluded.includes(collection);
    for (;;) {
      const queue = await db.syncQueue.orderBy("order").toArray();
      const client = await state.get("outbox.client");
      const plan = planNext(queue, { now, clientId: client?.id ?? null, sends, stays });
      if (plan.kind !== "send") return plan;
      const entries =
        plan.entries[0]?.number === null ? await freeze(db, plan.entries) : await resend(db, plan.entries);
      if (entries.length > 0) return { kind: "request", entries };
      // Nothing of it was worth sending; the entries are gone, so the next round plans something else.
    }
  });
}

/** From here on mutations count from 1 under a new name: of those under the old one some can't be sent any more. */
export async function rotateClient(db: UserDatabase): Promise<void> {
  await new AppState<UserState>(db.appState).set("outbox.client", { id: newId(), next: 1 });
}

async function resend(db: UserDatabase, planned: readonly OutboxEntry[]): Promise<FrozenEntry[]> {
  const entries = planned.map((entry) => ({ ...entry, status: "sending" }) as FrozenEntry);
  await db.syncQueue.bulkPut(entries);
  return entries;
}

async function freeze(db: UserDatabase, planned: readonly OutboxEntry[]): Promise<FrozenEntry[]> {
  const state = new AppState<UserState>(db.appState);
  const { id: clientId, next } = (await state.get("outbox.client")) ?? { id: newId(), next: 1 };
  const requestId = newId();
  const frozen: FrozenEntry[] = [];
  let bytes = 0;
  for (const entry of planned) {
    const definition = db.definitions.get(entry.collection);
    const body = definition && (await bodyOf(db, definition, entry));
    if (body === undefined) {
      await db.syncQueue.delete(entry.id);
      continue;
    }
    bytes += new TextEncoder().encode(JSON.stringify(body)).length;
    if (frozen.length > 0 && bytes > MAX_REQUEST_BYTES) break;
    frozen.push({ ...entry, clientId, requestId, number: next + frozen.length, body, status: "sending" });
  }
  await db.syncQueue.bulkPut(frozen);
  await state.set("outbox.client", { id: clientId, next: next + frozen.length });
  return frozen;
}
