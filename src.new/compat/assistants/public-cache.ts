// Assistants of others as this device read them last: a database of its own beside the user's, since the server can answer all of it again.

import { Dexie, type Table } from "dexie";
import type { LandfallOptions } from "../../types";
import type { Assistant, AssistantPage } from "../../types/wire";

/** How long a read assistant is shown without the server (the specification's figure). */
const MAX_AGE_MS = 7 * 24 * 3_600_000;

interface CachedAssistant extends Assistant {
  /** Milliseconds since 1970. */
  cachedAt: number;
}

interface CachedList extends Pick<AssistantPage, "pagination"> {
  /** The query of the request. */
  query: string;
  ids: string[];
  /** Milliseconds since 1970. */
  cachedAt: number;
}

export class PublicCache {
  readonly #db: CacheDatabase;
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor({ name, storage }: Pick<LandfallOptions, "name" | "storage">, now: () => number) {
    this.#db = new CacheDatabase(`${name}.assistants`, storage);
    this.#now = now;
  }

  async page(query: string): Promise<AssistantPage | null> {
    const list = await this.#db.lists.get(query);
    if (!list || this.#isOld(list)) return null;
    const rows = await this.#db.assistants.bulkGet(list.ids);
    return { data: rows.flatMap((row) => (row ? [withoutTime(row)] : [])), pagination: list.pagination };
  }

  async assistant(id: string): Promise<Assistant | null> {
    const row = await this.#db.assistants.get(id);
    return row && !this.#isOld(row) ? withoutTime(row) : null;
  }

  /** Stores a page and removes what is too old. */
  async storePage(query: string, { data, pagination }: AssistantPage): Promise<void> {
    const { lists, assistants } = this.#db;
    const cachedAt = this.#now();
    await this.#db.transaction("rw", lists, assistants, async () => {
      await lists.put({ query, ids: data.map(({ id }) => id), pagination, cachedAt });
      await this.storeAssistants(data.map((row) => ({ ...row, cachedAt })));
      for (const table of [lists, assistants] as Table[])
        await table
          .where("cachedAt")
          .below(cachedAt - MAX_AGE_MS)
          .delete();
    });
  }

  /** Stores assistants, unless newer ones are here. `cachedAt`: milliseconds since 1970. */
  async storeAssistants(rows: readonly CachedAssistant[]): Promise<void> {
    const { assistants } = this.#db;
    const known = await assistants.bulkGet(rows.map(({ id }) => id));
    await assistants.bulkPut(rows.filter(({ cachedAt }, index) => cachedAt >= (known[index]?.cachedAt ?? 0)));
  }

  async remove(id: string): Promise<void> {
    await this.#db.assistants.delete(id);
  }

  close(): void {
    this.#db.close();
  }

  #isOld({ cachedAt }: { cachedAt: number }): boolean {
    return cachedAt < this.#now() - MAX_AGE_MS;
  }
}

class CacheDatabase extends Dexie {
  declare assistants: Table<CachedAssistant, string>;
  declare lists: Table<CachedList, string>;

  constructor(name: string, storage: LandfallOptions["storage"]) {
    super(name, { ...storage, cache: "disabled" });
    this.version(1).stores({ assistants: "id, status, author, createdAt, cachedAt", lists: "query, cachedAt" });
  }
}

function withoutTime({ cachedAt: _cachedAt, ...row }: CachedAssistant): Assistant {
  return row;
}
