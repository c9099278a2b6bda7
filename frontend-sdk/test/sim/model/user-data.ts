// The data of one user at the server: rows, version and idempotency records. It is plain data, so that a copy is a
// backup.

import type { Json, JsonObject } from "../json";

export interface SessionRow {
  id: string;
  title: string;
  projectId: string | null;
  metadata: JsonObject | null;
  /** The row's own counter. */
  revision: number;
  /** The revision that last set title, project or metadata. */
  contentRevision: number;
  /** The user's version that last changed the row. */
  version: number;
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
  /** Version and index in the batch: the order of messages. */
  position: number;
  /** 1; 2 for a tombstone. */
  revision: number;
  /** The user's version that last changed the row. */
  version: number;
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
  /** The user's version that last changed the row. */
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

/** The outcome of a numbered write, without rows. */
export type StoredOutcome =
  | { status: "applied"; key: string; revision: number }
  | { status: "conflict"; key: string }
  | { status: "rejected"; code: string; detail: string; errors: FieldError[] };

export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

export interface IdempotencyRecord {
  /** The mutation as text. The same number with another text is rejected. */
  request: string;
  outcome: StoredOutcome;
  /** RFC 3339 UTC. */
  at: string;
}

export interface IdempotencyRecords {
  /** The client name takes no more numbers. */
  closed?: boolean;
  highest: number;
  byNumber: Map<number, IdempotencyRecord>;
}

export function emptyRecords(): IdempotencyRecords {
  return { highest: 0, byNumber: new Map() };
}

export interface UserData {
  version: number;
  /** Retention may have removed tombstones up to this version. */
  horizon: number;
  sessions: Map<string, SessionRow>;
  messages: Map<string, MessageRow>;
  projects: Map<string, ProjectRow>;
  records: Map<string, Map<string, RecordRow>>;
  idempotency: Map<string, IdempotencyRecords>;
  /** Ids of sessions whose tombstones were removed. They are never used again. */
  expiredSessions: Set<string>;
}

export function emptyUserData(): UserData {
  return {
    version: 0,
    horizon: 0,
    sessions: new Map(),
    messages: new Map(),
    projects: new Map(),
    records: new Map(),
    idempotency: new Map(),
    expiredSessions: new Set(),
  };
}

/** A write under the user's lock. */
export interface Write {
  readonly userData: UserData;
  /** The version that every changed row gets. */
  readonly stamp: number;
  /** RFC 3339 UTC. */
  readonly now: string;
  /** A new UUID. */
  readonly newId: () => string;
  /** The number of messages that this write has stored so far. */
  messages: number;
  /** Whether a row changed. Only then the version rises. */
  changed: boolean;
  /** Collections that this version of the server does not know. */
  readonly unknown: readonly string[];
  /** Rows whose unique name is free before a later mutation of the run changes them. */
  released?: Set<string>;
}

/** Equality as JSON, regardless of the order of members. */
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
