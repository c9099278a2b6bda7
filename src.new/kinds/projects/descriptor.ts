// The descriptor of projects.

import { KIND_DEFAULTS, type SyncedKind } from "../../store/synced-kind";

export const PROJECTS = "projects";

export const projectKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: PROJECTS,
  table: PROJECTS,
  conflictPolicy: "ask",
  references: [{ member: "parentId", collection: PROJECTS, required: true, onDelete: "cascade" }],
  serverMembers: ["revision", "createdAt", "updatedAt", "deletedAt", "clientUpdatedAt"],
  versioned: true,
  restorable: true,

  /** Sends the changed members only, since a new name needn't carry a document of megabytes. */
  toBody({ clientUpdatedAt }, changed) {
    const sent = changed().flatMap(([member, value]) => (member === "id" ? [] : [[member, value ?? null]]));
    return { ...Object.fromEntries(sent), ...(clientUpdatedAt ? { clientUpdatedAt } : {}) };
  },

  titleOf: ({ name }) => name,
  summariesIn: ({ projects }) => projects,
};
