// Takes the next request out of the queue and fixes its body, in one transaction: from then on it is sent again unchanged until it is
// answered, by whichever tab leads. It knows nothing of the answer.

import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { newId } from "../ids";
import { type Plan, planNext } from "./plan";
import type { FrozenEntry, Transport } from "./transport";

/**
 * Bodies of one request together, in bytes of JSON. Far below the server's 8 MiB: a slow line should bring a request home before the
 * timeout, and what is lost with a broken line is sent again. A single larger body travels alone.
 */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** A frozen request, ready to be sent; or what the plan says when there is none. */
export type NextRequest =
  | { kind: "request"; transport: Transport; entries: FrozenEntry[] }
  | Exclude<Plan, { kind: "send" }>;

/** The next request, marked as `sending`. */
export async function freezeNext(
  db: UserDatabase,
  transports: ReadonlyMap<string, Transport>,
  now: number,
): Promise<NextRequest> {
  return db.transaction("rw", db.tables, async (): Promise<NextRequest> => {
    for (;;) {
      const queue = await db.syncQueue.orderBy("order").toArray();
      const plan = planNext(queue, (collection) => transports.get(collection), now);
      if (plan.kind !== "send") return plan;
      const transport = transports.get(plan.entries[0]?.collection ?? "");
      if (!transport) return { kind: "idle" };
      const entries = await freeze(db, transport, plan.entries);
      if (entries.length > 0) return { kind: "request", transport, entries };
      // Nothing of it was worth sending; the entries are gone, so the next round plans something else.
    }
  });
}

async function freeze(db: UserDatabase, transport: Transport, planned: readonly OutboxEntry[]): Promise<FrozenEntry[]> {
  const requestId = newId();
  const frozen: FrozenEntry[] = [];
  let bytes = 0;
  for (const entry of planned) {
    if (entry.requestId !== null) {
      frozen.push({ ...entry, requestId: entry.requestId, status: "sending" });
      continue;
    }
    const body = await transport.body(entry);
    if (body === undefined) {
      await db.syncQueue.delete(entry.id);
      continue;
    }
    bytes += jsonBytes(body);
    if (frozen.length > 0 && bytes > MAX_REQUEST_BYTES) break;
    frozen.push({ ...entry, requestId, body, status: "sending" });
  }
  await db.syncQueue.bulkPut(frozen);
  return frozen;
}

function jsonBytes(body: unknown): number {
  return new TextEncoder().encode(JSON.stringify(body)).length;
}
