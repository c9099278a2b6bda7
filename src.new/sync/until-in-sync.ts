// Waits until nothing is on its way in or out. Loaded on demand (leader.ts).

import { NotSignedInError } from "../errors";
import type { OpenWorkspace, WorkspaceSource } from "../store/live";
import { watch } from "../store/watch";
import type { Observable } from "../types/observable";
import type { SyncStatus } from "../types/sync";
import { isAnswered, type QueueFacts, queryFacts } from "./status";

interface Parts {
  status: Observable<SyncStatus>;
  source: WorkspaceSource;
  /** Whether the status is to be told when the rows that it speaks of are shown. */
  isEarly(): boolean;
  /** Called with each count of the queue, before the status is read. */
  counted(facts: QueueFacts): void;
}

/** Resolves to the status that says it. Rejects with NotSignedInError when the user changes, and with the signal's reason. */
export async function untilInSync(
  { status, source, isEarly, counted }: Parts,
  workspace: OpenWorkspace,
  signal: AbortSignal | undefined,
): Promise<SyncStatus> {
  // The queue is counted again, since `status` may not include the last write yet.
  let facts: QueueFacts | null = null;
  const stops: (() => void)[] = [];
  try {
    return await new Promise<SyncStatus>((resolve, reject) => {
      const look = () => {
        const now = status.get();
        if (facts && !isEarly() && isInSync(facts, now)) resolve(now);
      };
      const onAbort = () => reject(signal?.reason);
      if (signal?.aborted) onAbort();
      signal?.addEventListener("abort", onAbort);
      stops.push(
        () => signal?.removeEventListener("abort", onAbort),
        source.current.subscribe((current) => current !== workspace && reject(new NotSignedInError())),
        status.subscribe(look),
        workspace.reading.onChange(look),
        watch(
          () => queryFacts(workspace.db),
          (now) => {
            facts = now;
            counted(now);
            look();
          },
        ),
      );
    });
  } finally {
    for (const stop of stops) stop();
  }
}

/** Whether nothing is on its way in or out, and the status shows it. */
function isInSync(facts: QueueFacts, { state }: SyncStatus): boolean {
  return isAnswered(facts) && facts.receiving === null && state !== "offline" && state !== "paused";
}
