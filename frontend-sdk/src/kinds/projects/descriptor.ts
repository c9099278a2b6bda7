// The descriptor of projects.

import { changedMembers, own } from "../../store/merge";
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
  toBody(row, base) {
    const changed = changedMembers(projectKind, base, row).filter((member) => member !== "id");
    const { clientUpdatedAt } = row;
    return {
      ...Object.fromEntries(changed.map((member) => [member, own(row, member) ?? null])),
      ...(clientUpdatedAt ? { clientUpdatedAt } : {}),
    };
  },

  titleOf: ({ name }) => name,
  summariesIn: ({ projects }) => projects,
};
