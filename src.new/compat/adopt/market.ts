// The database of the assistant market's earlier client. What is pending becomes creates of the outbox, as `market.adopt()` of the entry
// `@landfall/client/assistants` does it, and neither takes what the other has taken.

import { InvalidInputError } from "../../errors";
import { idOfTempId } from "../../kinds/assistants/ids";
import { checkAssistant } from "../../kinds/assistants/validate";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import { toIso } from "../../util/clock";
import { createOnce, isCached, knownRow, markTaken, takenFor } from "../assistants/adopt";
import { OLD_DATABASE, type OldPending, toPending } from "../assistants/old-database";
import { PublicCache } from "../assistants/public-cache";
import { noteOf } from "./faults";
import type { OldRow } from "./old-database";
import { type Examined, type Note, type OldTable, type Product, type Run, skipped } from "./product";

/**
 * The old data of the assistant market, versions 1 and 2.
 *
 * @example
 * await openOldData(landfall, assistantMarket()).adopt();
 */
export function assistantMarket(): Product {
  return { databases: [OLD_DATABASE], tables: (_old, run) => [new PendingTable(run), new CachedTable(run)] };
}

class PendingTable implements OldTable<OldPending> {
  readonly name = "pending_assistants";
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  async examine(page: readonly OldRow[]): Promise<Examined<OldPending>[]> {
    const taken = await takenFor(this.#run.api, this.#run.userId);
    const examined: Examined<OldPending>[] = [];
    for (const old of page) examined.push(await this.#read(old, taken));
    return examined;
  }

  async store(items: readonly Examined<OldPending>[]): Promise<Map<Examined<OldPending>, Note>> {
    const { api } = this.#run;
    const failures = new Map<Examined<OldPending>, Note>();
    for (const one of items) {
      this.#run.checkpoint();
      if (!one.item) continue;
      const { tempId, createdAt } = one.item;
      try {
        await createOnce(api, one.item, toIso(createdAt || api.parts.clock.now()));
        await markTaken(api, this.#run.userId, [tempId]);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        failures.set(one, noteOf(error));
      }
    }
    return failures;
  }

  async #read(old: OldRow, taken: ReadonlySet<string>): Promise<Examined<OldPending>> {
    const [pending] = isPlainObject(old.value) ? toPending(old.value) : [];
    if (!pending) return skipped(old, "not_a_row", "This is no pending assistant.");
    const id = await idOfTempId(pending.tempId);
    const isHere = taken.has(pending.tempId) || (await knownRow(this.#run.db, id, pending.tempId)) !== undefined;
    if (isHere) return { old, id, verdict: "present", notes: [] };
    try {
      checkAssistant(pending.data, undefined);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return { old, id, verdict: "skipped", notes: [noteOf(error)] };
    }
    return { old, id, verdict: "new", notes: [], item: pending };
  }
}

/** Assistants that it had read from its server: they are shown until the server answers. */
class CachedTable implements OldTable<Row> {
  readonly name = "assistants";
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  async examine(page: readonly OldRow[]): Promise<Examined<Row>[]> {
    return page.map((old) => {
      const { value } = old;
      if (!isPlainObject(value) || !isCached(value)) return skipped(old, "not_a_row", "This is no assistant.");
      return { old, id: value.id, verdict: "new", notes: [], item: value };
    });
  }

  async store(items: readonly Examined<Row>[]): Promise<Map<Examined<Row>, Note>> {
    const { options, api } = this.#run;
    const cache = new PublicCache(options, () => api.parts.clock.now());
    try {
      await cache.storeAssistants(items.flatMap(({ item }) => (item && isCached(item) ? [item] : [])));
    } finally {
      cache.close();
    }
    return new Map();
  }
}
