// One user's data as a server keeps it: rows, the version that counts changes, what numbered writes came to. Plain data, so that a copy of it
// is a backup. It knows no rule.

import type { Json, JsonObject } from "../json";

export interface SessionRow {
  id: string;
  title: string;
  projectId: string | null;
  metadata: JsonObject | null;
  /** The user's version that last changed it. */
  revision: number;
  createdAt: string;
  updatedAt: string;
  deletedAt?: string;
}

export interface MessageRow {
  id: string;
  tempId: string | null;
  sessionId: string;
  role: string;
  content: string;
  metadata: JsonObject | null;
  /** Version and place in it: the order of messages. */
  position: number;
  revision: number;
  createdAt: string;
  deletedAt?: string;
}

export interface ProjectRow {
  id: string;
  name: string;
  data: JsonObject | null;
  parentId?: string;
  thumbnailAssetId?: string;
  clientUpdatedAt?: string;
  /** The row's own counter. */
  revision: number;
  /** The user's version that last changed it. */
  version: number;
  createdAt: string;
  updatedAt: string;
  deletedAt?: string;
}

/** A row of a collection. */
export interface RecordRow {
  id: string;
  value: JsonObject;
  revision: number;
  version: number;
  updatedAt: string;
  deletedAt?: string;
}

/** What a numbered write came to, without the rows. */
export type Settled =
  | { status: "applied"; key: string; revision: number }
  | { status: "conflict"; key: string }
  | { status: "rejected"; code: string; detail: string; errors: FieldError[] };

export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

export interface Receipt {
  /** The mutation, written out: the same number for another one is refused. */
  request: string;
  settled: Settled;
  /** RFC 3339 UTC. */
  at: string;
}

export interface Receipts {
  highest: number;
  byNumber: Map<number, Receipt>;
}

export interface Space {
  version: number;
  /** Tombstones up to this version may have been swept. */
  horizon: number;
  sessions: Map<string, SessionRow>;
  messages: Map<string, MessageRow>;
  projects: Map<string, ProjectRow>;
  records: Map<string, Map<string, RecordRow>>;
  receipts: Map<string, Receipts>;
  /** Ids of sessions whose tombstones are swept: they are not given again. */
  sweptSessions: Set<string>;
}

export function emptySpace(): Space {
  return {
    version: 0,
    horizon: 0,
    sessions: new Map(),
    messages: new Map(),
    projects: new Map(),
    records: new Map(),
    receipts: new Map(),
    sweptSessions: new Set(),
  };
}

/** A write under the user's lock: what it stamps on the rows that it changes. */
export interface Write {
  readonly space: Space;
  /** The version that every changed row gets. */
  readonly stamp: number;
  /** RFC 3339 UTC. */
  readonly now: string;
  /** A new UUID. */
  readonly newId: () => string;
  /** Messages that this write has stored already. */
  messages: number;
  /** Whether a row changed: only then is the version raised. */
  changed: boolean;
}

/** Equal as JSON: the order of members says nothing. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with the members of objects in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    member !== null && typeof member === "object" && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
