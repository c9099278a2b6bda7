// Reads the database `AssistantMarketDB` of the market's earlier client, versions 1 and 2. It is only read.

import { MEMBERS } from "../../kinds/assistants/validate";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import type { LandfallOptions } from "../../types";

export const OLD_DATABASE = "AssistantMarketDB";
const ROBOT = "🤖";

export interface OldPending {
  tempId: string;
  /** The members that an owner sets, in today's form. They are not checked. */
  data: Row;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export interface OldDatabase {
  version: number;
  /** Assistants that it had read from its server. */
  cached: Row[];
  pending: OldPending[];
}

/** `null` where there is none. It is neither created nor upgraded. */
export async function readOldDatabase(storage: LandfallOptions["storage"]): Promise<OldDatabase | null> {
  const db = await open(storage?.indexedDB ?? indexedDB);
  if (!db) return null;
  try {
    const [cached, pending] = await Promise.all([allOf(db, "assistants"), allOf(db, "pending_assistants")]);
    return { version: db.version, cached, pending: pending.flatMap(toPending) };
  } finally {
    db.close();
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const opening = factory.open(OLD_DATABASE);
    // There is none. The abort leaves none behind.
    opening.onupgradeneeded = () => {
      opening.transaction?.abort();
      resolve(null);
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = (event) => {
      event.preventDefault();
      reject(opening.error);
    };
  });
}

/** The rows of a table; none if the version has no such table. */
function allOf(db: IDBDatabase, table: string): Promise<Row[]> {
  if (!db.objectStoreNames.contains(table)) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const request = db.transaction(table, "readonly").objectStore(table).getAll();
    request.onsuccess = () => resolve((request.result as unknown[]).filter(isPlainObject));
    request.onerror = () => reject(request.error);
  });
}

/** None for what is no pending assistant. */
export function toPending({ tempId, data, createdAt }: Row): OldPending[] {
  if (typeof tempId !== "string" || !isPlainObject(data)) return [];
  const given = MEMBERS.flatMap((member) => (data[member] == null ? [] : [[member, data[member]]]));
  const { emoji = ROBOT, tags = [], category = [], status, ...rest } = Object.fromEntries(given) as Row;
  const lists = { tags: toList(tags), category: toList(category) };
  // What was sent for a review, or past it, waits for a review here.
  const row = {
    ...rest,
    emoji: emoji || ROBOT,
    ...lists,
    status: status === undefined || status === "draft" ? "draft" : "pending",
  };
  return [{ tempId, data: row, createdAt: typeof createdAt === "number" ? createdAt : 0 }];
}

/** Earlier rows have one category as a text. */
function toList(value: unknown): unknown {
  return typeof value === "string" ? (value === "" ? [] : [value]) : value;
}
