// What the rest of the SDK must know of a collection: its table, how it meets other devices' changes, what refers to what. The declared
// ones come from the server's document; chats, projects and files, whose bodies are their own, are added here.

import { generatedCollections } from "../generated/tables.gen";
import type { ConflictPolicy } from "../types";

/** A member that holds the key of another row. */
export interface Reference {
  member: string;
  collection: string;
  /** The other row must be at the server first. */
  required: boolean;
  /** What becomes of this row here when the other one is deleted here. "stay": nothing before the server has answered. */
  onDelete: "take-along" | "unlink" | "stay";
}

export interface Definition {
  name: string;
  table: string;
  /** The member that is the row's id. */
  key: string;
  policy: ConflictPolicy;
  direction: "both" | "pull-only" | "device-only";
  /** Members that together no two rows share. */
  unique: readonly string[];
  references: readonly Reference[];
  /** Members that the server sets: never sent, never in conflict. */
  owned: readonly string[];
  /** Its writes name the revision that they were made from. */
  versioned: boolean;
  /** A deleted row is kept aside, so that it can be restored without a network. */
  restorable: boolean;
  /** A row comes to be at the server by the upload of its file (assets/), and is gone for good when it is deleted. */
  uploads: boolean;
}

export const SESSIONS = "chatSessions";
export const MESSAGES = "chatMessages";
export const PROJECTS = "projects";
export const ASSETS = "assets";

const parts = { direction: "both", unique: [], versioned: false, restorable: false, uploads: false } as const;
const link = { required: false, onDelete: "unlink" } as const;

const OWN: readonly Definition[] = [
  {
    ...parts,
    name: PROJECTS,
    table: PROJECTS,
    key: "id",
    policy: "ask",
    references: [{ member: "parentId", collection: PROJECTS, required: true, onDelete: "take-along" }],
    owned: ["revision", "createdAt", "updatedAt", "deletedAt", "clientUpdatedAt"],
    versioned: true,
    restorable: true,
  },
  {
    ...parts,
    name: SESSIONS,
    table: SESSIONS,
    key: "id",
    policy: "merge",
    references: [{ member: "projectId", collection: PROJECTS, ...link }],
    owned: ["revision", "createdAt", "updatedAt", "gone"],
  },
  {
    ...parts,
    name: MESSAGES,
    table: MESSAGES,
    key: "id",
    policy: "server-wins",
    references: [{ member: "sessionId", collection: SESSIONS, required: true, onDelete: "stay" }],
    owned: ["position", "revision"],
  },
  {
    ...parts,
    name: ASSETS,
    table: "assetMetadata",
    key: "id",
    policy: "merge",
    // A deleted project can come back, and its files are then still its own.
    references: [{ member: "projectId", collection: PROJECTS, required: false, onDelete: "stay" }],
    owned: [
      ...["fileType", "mimeType", "size", "sha256", "uploadStatus", "storageUrl", "error"],
      ...["revision", "createdAt", "updatedAt"],
    ],
    uploads: true,
  },
];

/** All collections by name, with the application's own policies. */
export function defineAll(policies: Readonly<Record<string, ConflictPolicy>> = {}): ReadonlyMap<string, Definition> {
  const declared = Object.entries(generatedCollections).map(
    ([name, rules]): Definition => ({ ...parts, name, owned: [], ...rules, versioned: true }),
  );
  return new Map(
    [...OWN, ...declared].map((definition) => {
      const { name, policy } = definition;
      return [name, { ...definition, policy: policies[name] ?? policy }];
    }),
  );
}
