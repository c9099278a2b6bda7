// The pending assistants: a view of the creates in the outbox that the server hasn't answered. There is no other queue.

import type { AssistantsApi } from "../../kinds/assistants/api";
import { ASSISTANTS } from "../../kinds/assistants/descriptor";
import { idOfTempId } from "../../kinds/assistants/ids";
import { MEMBERS } from "../../kinds/assistants/validate";
import { discardEntry } from "../../outbox/discard";
import { entriesIn } from "../../store/entries";
import { liveOf } from "../../store/live";
import type { UserDatabase } from "../../store/synced-kind";
import type { OutboxEntry, Row } from "../../store/tables";
import type { Assistant, NewAssistant, Observable } from "../../types";
import type { Logger } from "./log";

/** An assistant that the server doesn't have yet. */
export interface PendingAssistant {
  /** "pending-{milliseconds}-{random}" */
  tempId: string;
  /** What its owner set. */
  data: NewAssistant;
  /** Milliseconds since 1970: when it was saved on this device. */
  createdAt: number;
  /** Attempts that count: the server was reached and the create failed. */
  retryCount: number;
  /** One sentence for people. */
  lastError?: string;
}

/** A create in the outbox, with its row. */
export interface PendingCreate {
  tempId: string;
  entry: OutboxEntry;
  row: Row;
}

const PREFIX = "[IndexedDBCache]";

export class PendingAssistants {
  readonly #api: AssistantsApi;
  readonly #logger: Logger;

  constructor(api: AssistantsApi, logger: Logger) {
    this.#api = api;
    this.#logger = logger;
  }

  /**
   * Saves a new assistant under a temporary id of the application. A repeat does nothing. Returns the row. Throws InvalidInputError, and saves nothing
   * then.
   */
  async save(tempId: string, data: NewAssistant): Promise<Assistant> {
    const id = await idOfTempId(tempId);
    const row: unknown = await this.#api.edit(async (edits, db, kind, now) => {
      const known = await rowOfTempId(db, id, tempId);
      return known ? { row: known } : edits.createAssistant(db, kind, data, now, { id, tempId });
    });
    this.saved(tempId);
    return row as Assistant;
  }

  /** Notes in the log that an assistant waits in the outbox. */
  saved(tempId: string): void {
    this.#logger.info(`${PREFIX} Saved pending assistant: ${tempId}`);
  }

  /** In the order of writing. */
  async list(): Promise<PendingAssistant[]> {
    const { db } = await this.#api.parts.source.required();
    const pending = (await queryCreates(db)).map(toPending);
    this.#logger.info(`${PREFIX} Retrieved ${pending.length} pending assistants`);
    return pending;
  }

  /** `undefined` until first read. */
  all(): Observable<PendingAssistant[] | undefined> {
    const query = async ({ db }: { db: UserDatabase }) => (await queryCreates(db)).map(toPending);
    return liveOf(this.#api.parts.source, { key: ["pending_assistants"], query });
  }

  /** Removes an unsent assistant from this device. Does nothing for one that isn't pending. Throws LandfallError `in_flight` while it is being sent. */
  async remove(tempId: string): Promise<void> {
    const { db } = await this.#api.parts.source.required();
    const create = await this.#find(db, tempId);
    if (!create) return;
    await discardEntry(db, this.#api.parts.clock, create.entry.id);
    this.removed(tempId);
  }

  /** Notes in the log that an assistant waits no more. */
  removed(tempId: string): void {
    this.#logger.info(`${PREFIX} Removed pending assistant: ${tempId}`);
  }

  /** Counts an attempt of the application's own. The attempts of the outbox are counted by it. */
  async updateRetry(tempId: string, error?: string): Promise<void> {
    const { db } = await this.#api.parts.source.required();
    const count = await db.transaction("rw", db.tables, async () => {
      const create = await this.#find(db, tempId);
      if (!create) return null;
      const { entry } = create;
      const attempts = entry.attempts + 1;
      const reason = error && ({ kind: "retrying", reason: error } as const);
      await db.syncQueue.put({
        ...entry,
        attempts,
        error: entry.status === "failed" || !reason ? entry.error : reason,
      });
      return attempts;
    });
    if (count !== null) this.retried(tempId, count);
  }

  /** Notes an attempt in the log. */
  retried(tempId: string, count: number): void {
    this.#logger.info(`${PREFIX} Updated retry count for ${tempId}: ${count}`);
  }

  async #find(db: UserDatabase, tempId: string): Promise<PendingCreate | undefined> {
    return (await queryCreates(db)).find((create) => create.tempId === tempId);
  }
}

/** The creates of the outbox, in the order of writing. */
export async function queryCreates(db: UserDatabase): Promise<PendingCreate[]> {
  const entries = (await entriesIn(db, ASSISTANTS)).filter(({ op, create }) => op === "put" && create);
  const rows = (await db.table(ASSISTANTS).bulkGet(entries.map(({ key }) => key))) as (Row | undefined)[];
  return entries.flatMap((entry, index) => {
    const row = rows[index];
    return row ? [{ tempId: String(row.tempId ?? entry.key), entry, row }] : [];
  });
}

/** The row that was created under a temporary id, whatever its key is. */
export async function rowOfTempId(db: UserDatabase, id: string, tempId: string): Promise<Row | undefined> {
  const rows = db.table(ASSISTANTS);
  return (await rows.get(id)) ?? (await rows.where("tempId").equals(tempId).first());
}

function toPending({ tempId, entry, row }: PendingCreate): PendingAssistant {
  const data = Object.fromEntries(MEMBERS.map((member) => [member, row[member]])) as unknown as NewAssistant;
  const { attempts, queuedAt, error } = entry;
  return {
    ...{ tempId, data, createdAt: Date.parse(queuedAt), retryCount: attempts },
    ...(error && { lastError: error.reason }),
  };
}
