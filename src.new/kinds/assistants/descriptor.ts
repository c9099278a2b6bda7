// The descriptor of assistants.

import { KIND_DEFAULTS, type SyncedKind } from "../../store/synced-kind";

export const ASSISTANTS = "assistants";

/** The table of changes that were given up in conflicts. */
export const CONFLICTS = "assistantConflicts";

/** The members that are sent. `tempId` is sent with a create, since it never changes. */
const SENT = ["tempId", "title", "desc", "emoji", "prompt", "tags", "category", "isPublic", "status"];

/** The pause between two creates (the specification's figure). */
const PACE_MS = 1_000;

export const assistantKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: ASSISTANTS,
  table: ASSISTANTS,
  stores: [{ [CONFLICTS]: "[since+id], id" }],
  // The user is told of a conflict (`onOverruled`), and the row becomes the server's.
  conflictPolicy: "server-wins",
  serverMembers: [
    ...["author", "usageCount", "rating", "version", "reviewNote"],
    ...["createdAt", "updatedAt", "publishedAt", "reviewedAt", "deletedAt"],
  ],
  versioned: true,
  restorable: true,
  paceMs: PACE_MS,

  toBody(_row, changed) {
    return Object.fromEntries(changed().filter(([member]) => SENT.includes(member)));
  },
  titleOf: ({ title }) => title,
  rowsInSnapshot: ({ assistants }) => assistants,

  /** `version` is the row's revision. */
  async onAcknowledged(db, _entry, { key, revision }) {
    const row = await db.table(ASSISTANTS).get(key);
    if (row) await db.table(ASSISTANTS).put({ ...row, version: revision });
  },
  async onOverruled(db, { key, ...sides }) {
    await db.table(CONFLICTS).put({ id: key, ...sides });
  },
};
