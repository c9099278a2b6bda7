// The sealing of one user on this device: what is known of it, and what changes when the device gets the key.

import type { Http } from "../http/client";
import { AppState, type UserState } from "../store/app-state";
import type { OpenWorkspace } from "../store/live";
import { ofName } from "../store/row-state";
import { reportUnlessEnded } from "../store/storage-errors";
import type { SyncedKind } from "../store/synced-kind";
import { watch } from "../store/watch";
import { includeCollection } from "../sync/exclude";
import type { SealingState, UnreadableRow } from "../types/sealing";
import { toIso } from "../util/clock";
import type { Bytes } from "./bytes";
import { dataKeyOf } from "./envelope";
import { holdEntry, releaseHeld, sealAgain } from "./hold";
import { openStored } from "./open-stored";
import { isEarlier, type SealingRecord } from "./record";
import { type RecordAtServer, readRecord, writeRecord } from "./record-at-server";
import { SEALED_ALWAYS } from "./split";
import { SealingStore } from "./state";
import { sealRequests } from "./wire";

export interface SessionParts {
  workspace: OpenWorkspace;
  http: Http;
  /** Collections that the application seals. */
  whole: ReadonlySet<string>;
  onState(state: SealingState): void;
  onUnreadable(rows: readonly UnreadableRow[]): void;
}

export class SealingSession {
  readonly store: SealingStore;
  readonly #parts: SessionParts;
  readonly #call: Http["call"];
  readonly #stops: (() => void)[];
  /** Steps run one after the other. */
  #last: Promise<void> = Promise.resolve();
  #state: SealingState | undefined;

  constructor(parts: SessionParts) {
    const { workspace, http, whole, onUnreadable } = parts;
    const { db } = workspace;
    this.#parts = parts;
    this.store = new SealingStore(db);
    this.#call = sealRequests(http, {
      db,
      store: this.store,
      whole,
      sealedNames: this.#sealedKinds().map(({ name }) => name),
      beforeRequest: () => this.#beforeRequest(),
    });
    db.hold = (entry, body) => {
      const kind = db.kinds.get(entry.collection);
      return holdEntry(db, this.store, kind, entry, body, whole.has(entry.collection));
    };
    // Until the key is known to be here.
    this.#setDirections("device-only");
    this.#stops = [
      watch(
        () => this.store.known(),
        ({ state }) => void this.#inTurn(() => this.#follow(state)).catch(reportUnlessEnded),
      ),
      watch(
        () => this.store.names("sealing.unreadable"),
        (names) =>
          onUnreadable(
            names.map((name) => {
              const [collection, key] = ofName(name);
              return { collection, key };
            }),
          ),
      ),
    ];
  }

  get userId(): string {
    return this.#parts.workspace.userId;
  }

  /** Nothing is told any more. Requests that are under way are still sealed. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** The record, or the known one where the server has an earlier one. */
  async read(): Promise<RecordAtServer> {
    const { record, revision } = await readRecord(this.#call);
    const known = await this.store.record();
    return { record: record && known && isEarlier(record, known) ? known : record, revision };
  }

  write(record: SealingRecord, baseRevision: number): Promise<boolean> {
    return writeRecord(this.#call, record, baseRevision);
  }

  /** The device has the data key from now on. Resolves when what it held sealed is open. */
  async open(record: SealingRecord, data: Bytes): Promise<void> {
    const wasOpen = (await this.store.known()).state === "open";
    await this.store.open(record, await dataKeyOf(data, record.kid));
    if (!wasOpen) await this.#expectRows();
    await this.#inTurn(() => this.#follow("open"));
  }

  /** The rows of the sealed collections are still to come, so this device isn't in sync. */
  async #expectRows(): Promise<void> {
    const state = new AppState<UserState>(this.#parts.workspace.db.appState);
    await state.transaction(async () => {
      const pull = await state.get("sync.pull");
      if (pull) await state.set("sync.pull", { ...pull, complete: false });
    });
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step);
    this.#last = done.catch(() => {});
    return done;
  }

  async #follow(state: SealingState): Promise<void> {
    if (state === "open") await this.#becomeOpen();
    else this.#setDirections("device-only");
    this.#state = state;
    this.#parts.onState(state);
  }

  async #becomeOpen(): Promise<void> {
    const { db, clock } = this.#parts.workspace;
    await openStored(db, this.store, toIso(clock.now()), false);
    if (this.#state === "open") return;
    this.#setDirections("both");
    const excluded = (await new AppState<UserState>(db.appState).get("sync.excluded")) ?? [];
    for (const { name } of this.#sealedKinds()) {
      const kept = db.syncRows
        .where("localOnly")
        .equals(2)
        .and(({ collection }) => collection === name);
      if (!excluded.includes(name) && (await kept.count()) > 0) await includeCollection(db, name, clock);
    }
    await db.transaction("rw", db.tables, () => releaseHeld(db));
    this.#parts.workspace.wrote();
    this.#parts.workspace.refresh();
  }

  /** Rows of these kinds leave the device sealed or not at all. */
  #setDirections(direction: SyncedKind["direction"]): void {
    for (const kind of this.#sealedKinds()) {
      kind.direction = direction;
      kind.leavesSealed = SEALED_ALWAYS.includes(kind.name);
    }
  }

  #sealedKinds(): SyncedKind[] {
    const { workspace, whole } = this.#parts;
    const kinds = [...workspace.db.kinds.values()];
    return kinds.filter(({ name }) => whole.has(name) || SEALED_ALWAYS.includes(name));
  }

  async #beforeRequest(): Promise<void> {
    const { db, clock } = this.#parts.workspace;
    const { state } = await this.store.known();
    this.#setDirections(state === "open" ? "both" : "device-only");
    if (state !== "open") return;
    // The rows are sent whatever becomes of it, and the next request tries again.
    await this.#restoreRecord().catch(() => {});
    const now = toIso(clock.now());
    await openStored(db, this.store, now, true);
    const clear = await this.store.names("sealing.clear");
    if (clear.length === 0) return;
    await sealAgain(db, clear, now);
    await this.store.changeNames("sealing.clear", new Set(), new Set(clear));
  }

  /** The server may have lost the record, by a restore, a delete or an import. Without it no further device could be opened. */
  async #restoreRecord(): Promise<void> {
    const known = await this.store.record();
    if (!known || !(await this.store.isLost())) return;
    const { record, revision } = await readRecord(this.#call);
    const isTaken = record !== null && (await this.store.takeRecord(record));
    if (!isTaken && !(await this.write(known, revision))) return;
    if (record && record.kid !== known.kid) await this.store.setReplaced(record);
    await this.store.setLost(false);
  }
}
