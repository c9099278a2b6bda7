// What this device knows of a user's sealing, in the user's database.

import { AppState } from "../store/app-state";
import type { UserDatabase } from "../store/synced-kind";
import type { SealingState } from "../types/sealing";
import type { DataKey } from "./envelope";
import { isEarlier, type SealingRecord } from "./record";

export interface StoredSealing {
  /** As the server had it last. */
  "sealing.record": SealingRecord;
  /** Keys that this device has. They are no bytes that a page could read. */
  "sealing.keys": readonly DataKey[];
  /** The server may have no record any more, or another one. */
  "sealing.lost": boolean;
  /** Ids of data keys whose records this device has replaced at the server by its own. */
  "sealing.replaced": readonly string[];
  /** Rows ("collection:key") that came sealed by a key that this device lacked. */
  "sealing.waiting": readonly string[];
  /** Rows of sealed collections that came in clear text, from a device without sealing. */
  "sealing.clear": readonly string[];
  /** Rows whose envelope was changed or belongs to another row. */
  "sealing.unreadable": readonly string[];
}

type NameList = "sealing.waiting" | "sealing.clear" | "sealing.unreadable";

export interface KnownSealing {
  state: SealingState;
  /** Seals. `undefined` unless open. */
  current: DataKey | undefined;
  /** All keys of this device by id. */
  keys: ReadonlyMap<string, DataKey>;
}

export class SealingStore {
  readonly #state: AppState<StoredSealing>;

  constructor({ appState }: UserDatabase) {
    this.#state = new AppState<StoredSealing>(appState);
  }

  record(): Promise<SealingRecord | undefined> {
    return this.#state.get("sealing.record");
  }

  /** Inside the caller's transaction or outside. */
  async known(): Promise<KnownSealing> {
    const record = await this.record();
    const keys = new Map(((await this.#state.get("sealing.keys")) ?? []).map((key) => [key.kid, key]));
    const current = record && keys.get(record.kid);
    return { state: current ? "open" : record ? "locked" : "off", current, keys };
  }

  /**
   * Stores the server's record, unless it is an earlier one, or one of another data key while this device is open: an import of a file can write it. Then
   * the known record is to be written back. A record of another key that comes again is taken, since another device insists on it. Returns whether it was
   * stored.
   */
  takeRecord(record: SealingRecord): Promise<boolean> {
    return this.#state.transaction(async () => {
      const { current } = await this.known();
      const known = await this.record();
      const replaced = (await this.#state.get("sealing.replaced")) ?? [];
      const isForeign = current !== undefined && record.kid !== current.kid && !replaced.includes(record.kid);
      const isTaken = !isForeign && !(known && isEarlier(record, known));
      await this.#state.set(isTaken ? "sealing.record" : "sealing.lost", isTaken ? record : true);
      return isTaken;
    });
  }

  /** The server has this device's record in place of another. */
  async setReplaced({ kid }: SealingRecord): Promise<void> {
    await this.#state.transaction(async () => {
      const before = (await this.#state.get("sealing.replaced")) ?? [];
      await this.#state.set("sealing.replaced", [...before.filter((one) => one !== kid), kid]);
    });
  }

  async isLost(): Promise<boolean> {
    return (await this.#state.get("sealing.lost")) ?? false;
  }

  setLost(isLost: boolean): Promise<void> {
    return this.#state.set("sealing.lost", isLost);
  }

  /** Stores the record with a key of its own, in one transaction. */
  async open(record: SealingRecord, key: DataKey): Promise<void> {
    await this.#state.transaction(async () => {
      const keys = (await this.#state.get("sealing.keys")) ?? [];
      const all = [...keys.filter(({ kid }) => kid !== key.kid), key];
      await this.#state.setAll({ "sealing.record": record, "sealing.keys": all });
    });
  }

  async names(list: NameList): Promise<readonly string[]> {
    return (await this.#state.get(list)) ?? [];
  }

  /** Adds names to a list and takes others out. */
  async changeNames(list: NameList, add: ReadonlySet<string>, remove: ReadonlySet<string>): Promise<void> {
    await this.#state.transaction(async () => {
      const before = await this.names(list);
      const after = [...new Set([...before.filter((name) => !remove.has(name)), ...add])];
      if (after.length !== before.length || add.size > 0) await this.#state.set(list, after);
    });
  }
}
