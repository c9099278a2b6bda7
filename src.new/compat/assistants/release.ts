// Ends the delays of pending assistants, so that the outbox sends them now: one per request and a second apart.

import type { AssistantsApi } from "../../kinds/assistants/api";
import { MAX_DELAY_MS } from "../../outbox/backoff";
import type { OutboxEntry } from "../../store/tables";
import { type PendingCreate, queryCreates } from "./pending";

export interface ReleaseOptions {
  /** So many failed attempts are enough. The outbox itself goes on in longer intervals. */
  maxRetries: number;
  /** The shortest time between two attempts, in milliseconds. */
  retryDelay: number;
}

/** Releases what may be sent, and returns it. Refused assistants and those that have failed too often stay as they are. */
export async function releaseCreates(
  api: AssistantsApi,
  { maxRetries, retryDelay }: ReleaseOptions,
): Promise<PendingCreate[]> {
  const workspace = await api.parts.source.required();
  const { db } = workspace;
  const now = api.parts.clock.now();
  const creates = await db.transaction("rw", db.tables, async () => {
    const open = (await queryCreates(db)).filter(({ entry }) => isOpen(entry) && entry.attempts < maxRetries);
    for (const { entry } of open) {
      const { error, attempts, nextRetryAt, status } = entry;
      // Before its first attempt an entry waits for its turn only.
      const waitsAfterFailure = attempts > 0 && status === "pending" && nextRetryAt !== null;
      const isDue = waitsAfterFailure && lastTriedMs(entry, now) >= retryDelay;
      if (isDue || error?.kind === "gave-up")
        await db.syncQueue.put({ ...entry, status: "pending", nextRetryAt: null });
    }
    return open;
  });
  if (creates.length > 0) workspace.wrote();
  return creates;
}

function isOpen({ status, error }: OutboxEntry): boolean {
  return status !== "failed" || error?.kind === "gave-up";
}

/** How long ago an entry failed last, in milliseconds: its delay after so many attempts, without what is left of it. */
function lastTriedMs({ attempts, nextRetryAt }: OutboxEntry, now: number): number {
  const delayMs = Math.min(1_000 * 2 ** (attempts - 1), MAX_DELAY_MS);
  return delayMs - (Date.parse(nextRetryAt ?? "") - now);
}
