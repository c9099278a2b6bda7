// What became of a create in the outbox.

import type { AssistantsApi } from "../../kinds/assistants/api";
import { ASSISTANTS } from "../../kinds/assistants/descriptor";
import { entriesOf } from "../../store/entries";
import type { UserDatabase } from "../../store/synced-kind";
import { watch } from "../../store/watch";
import type { Assistant, Landfall } from "../../types";
import { rowOfTempId } from "./pending";

export type CreateState =
  | { kind: "waiting"; attempts: number }
  /** The server will never take it as it is. */
  | { kind: "refused"; entryId: string; code: string; reason: string }
  | { kind: "synced"; row: Assistant }
  /** It was discarded or deleted. */
  | { kind: "gone" };

/** For liveQuery. */
export async function queryCreate(db: UserDatabase, id: string, tempId: string): Promise<CreateState> {
  const entry = (await entriesOf(db, ASSISTANTS, id)).find(({ op, create }) => op === "put" && create);
  const { error } = entry ?? {};
  if (entry && error?.kind === "refused")
    return { kind: "refused", entryId: entry.id, code: error.code ?? "refused", reason: error.reason };
  if (entry) return { kind: "waiting", attempts: entry.attempts };
  const row = (await rowOfTempId(db, id, tempId)) as Assistant | undefined;
  return row ? { kind: "synced", row } : { kind: "gone" };
}

/** The longest time that a create is followed, in milliseconds. */
const MAX_FOLLOW_MS = 30_000;

/**
 * Follows a create until the server has answered it, it has failed `attempts` times, or the queue can't go on: offline or paused. Calls `failed` with
 * the number of each attempt that failed.
 */
export async function followCreate(
  api: AssistantsApi,
  landfall: Pick<Landfall, "sync">,
  { id, tempId }: Assistant,
  attempts: number,
  failed: (attempt: number) => void,
): Promise<CreateState> {
  const { source, clock } = api.parts;
  const { db } = await source.required();
  const stops: (() => void)[] = [];
  let last: CreateState = { kind: "waiting", attempts: 0 };
  let told = 0;
  try {
    return await new Promise<CreateState>((resolve, reject) => {
      const end = () => resolve(last);
      const timer = clock.after(MAX_FOLLOW_MS, end);
      const stopped = () => ["offline", "paused"].includes(landfall.sync.status.get().state);
      const show = (state: CreateState) => {
        last = state;
        if (state.kind !== "waiting") return end();
        while (told < state.attempts) failed(++told);
        if (state.attempts >= attempts || stopped()) end();
      };
      stops.push(
        () => timer.cancel(),
        watch(() => queryCreate(db, id, tempId ?? id), show, reject),
        landfall.sync.status.subscribe(() => stopped() && end()),
      );
    });
  } finally {
    for (const stop of stops) stop();
  }
}
