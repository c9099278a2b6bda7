// Reconciles a row of a restored server with what this device knows from before. Two histories count their revisions independently, so a difference
// is judged by content: what the server had before is behind this device, and all else is a conflict by the kind's policy.

import { enqueueDifference } from "../outbox/enqueue";
import { isEarlier, originOf } from "../store/earlier";
import { entriesOf } from "../store/entries";
import { sameContent } from "../store/merge";
import { acceptRemote, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { type RemoteRow, reconcile, stateAt } from "./reconcile";

/** Inside the caller's transaction. */
export async function reconcileAcross(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  remote: RemoteRow,
  clock: Clock,
): Promise<void> {
  const { provisional: _provisional, pendingRemote: _pending, ...known } = await stateOf(db, kind, key);
  const mine = (await db.rows(kind).get(key)) ?? null;
  const theirs = remote.row;
  const { conflictPolicy } = kind;
  const isUnsent = known.localOnly || (await entriesOf(db, kind.name, key)).length > 0;
  const last = isUnsent && known.base !== undefined ? known.base : mine;
  const isBehind = isEarlier(kind, known, theirs);
  const origin = isBehind ? theirs : last && theirs && originOf(kind, known, last, theirs);
  if (!isUnsent) {
    // A row that only one side has is kept or deleted as the new history has it.
    const isOneSided = !mine || !theirs;
    const isNews = isOneSided || conflictPolicy === "server-wins" || (origin === mine && conflictPolicy !== "ask");
    if (sameContent(kind, mine, theirs) || (isNews && !isBehind && conflictPolicy !== "client-wins"))
      return acceptRemote(db, kind, key, stateAt(known, remote), theirs);
    await enqueueDifference(db, kind, key, { row: mine, base: theirs, create: !theirs }, toIso(clock.now()));
  }
  // Where it isn't known from what both sides were made, a merge could undo either.
  const isUnknown = last && theirs && !origin && conflictPolicy === "merge";
  await db.syncRows.put({ ...known, base: origin });
  // What was asked about is of the lost history.
  if (isBehind) await db.conflicts.delete([kind.name, key]);
  await reconcile(db, isUnknown ? { ...kind, conflictPolicy: "ask" } : kind, key, remote, clock, true);
}
