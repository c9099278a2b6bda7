// Tells what becomes of the pending assistants: which create the server has taken, and which attempt has failed.

import type { AssistantsApi } from "../../kinds/assistants/api";
import type { UserDatabase } from "../../store/synced-kind";
import { watch } from "../../store/watch";
import { queryCreate } from "./create-state";
import { queryCreates } from "./pending";

/** The end of an attempt to send a pending assistant. */
export interface SyncResult {
  tempId: string;
  success: boolean;
  /** The assistant's id, if it succeeded. */
  assistantId?: string;
  /** One sentence for people, if it failed. */
  error?: string;
}

/** A result with what only the log needs. */
export interface WatchedResult extends SyncResult {
  retryCount: number;
}

interface Known {
  id: string;
  attempts: number;
  refused: boolean;
}

/** Calls `tell` with the results of each change, until the returned function is called. The user may change meanwhile. */
export function watchCreates(api: AssistantsApi, tell: (results: WatchedResult[]) => void): () => void {
  let stop = () => {};
  const unfollow = api.parts.source.current.subscribe((workspace) => {
    stop();
    let known: ReadonlyMap<string, Known> | null = null;
    stop = !workspace
      ? () => {}
      : watch(
          () => compare(workspace.db, known),
          ({ next, results }) => {
            known = next;
            if (results.length > 0) tell(results);
          },
        );
  });
  return () => {
    unfollow();
    stop();
  };
}

/** Compares the outbox with what was known of it. For liveQuery. */
async function compare(db: UserDatabase, known: ReadonlyMap<string, Known> | null) {
  const next = new Map<string, Known>();
  const results: WatchedResult[] = [];
  for (const { tempId, entry } of await queryCreates(db)) {
    const { key: id, attempts, error } = entry;
    const refused = error?.kind === "refused";
    const before = known?.get(tempId);
    next.set(tempId, { id, attempts, refused });
    const failed = before && (attempts > before.attempts || (refused && !before.refused));
    if (failed) results.push({ tempId, success: false, error: error?.reason ?? "It failed.", retryCount: attempts });
  }
  for (const [tempId, { id, attempts }] of known ?? []) {
    if (next.has(tempId)) continue;
    const state = await queryCreate(db, id, tempId);
    if (state.kind === "synced")
      results.push({ tempId, success: true, assistantId: state.row.id, retryCount: attempts });
  }
  return { next, results };
}
