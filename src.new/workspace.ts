// Everything of one signed-in user on this device: the database, the sync loop, the workers of kinds, and this tab's part in them. Opened at
// sign-in and closed at sign-out; the data stays.

import { Dexie } from "dexie";
import { isVisible } from "./connectivity/browser-hints";
import type { Connectivity } from "./connectivity/connectivity";
import { StorageFullError } from "./errors";
import type { Http } from "./http/client";
import { QUIET_MS } from "./outbox/backoff";
import { AppState, clearPause, type UserState } from "./store/app-state";
import { openUserDatabase } from "./store/database";
import type { OpenWorkspace } from "./store/live";
import { reportUnlessEnded } from "./store/storage-errors";
import type { Kinds, UserDatabase } from "./store/synced-kind";
import { type Identity, POLL_MS } from "./sync/identity";
import { LeaderOnDemand, leaderCode } from "./sync/leader-on-demand";
import type { SyncLoopParts } from "./sync/loop";
import { openTabChannel, type TabChannel, type TabMessage } from "./sync/tab-channel";
import { holdLeadership, type TabLocks } from "./sync/tab-locks";
import type { KindWorker, WorkerParts } from "./sync/worker";
import type { Clock, Timer } from "./types/clock";
import type { LandfallOptions } from "./types/options";
import { Cell } from "./util/observable";

export interface WorkspaceParts {
  userId: string;
  options: LandfallOptions;
  kinds: Kinds;
  /** Creates the workers of kinds, by the name under which the kind is registered. */
  workers: ReadonlyMap<string, (parts: WorkerParts) => KindWorker>;
  http: Http;
  clock: Clock;
  locks: TabLocks;
  connectivity: Connectivity;
  identity: Identity;
  loadRare: SyncLoopParts["loadRare"];
  /** Shows why nothing can be stored now. */
  storageFailed: (error: unknown) => void;
}

export class Workspace implements OpenWorkspace {
  readonly userId: string;
  readonly db: UserDatabase;
  readonly state: AppState<UserState>;
  readonly clock: Clock;
  readonly workers: ReadonlyMap<string, KindWorker>;
  readonly reading = new Cell(0);
  readonly #parts: WorkspaceParts;
  readonly #leader: LeaderOnDemand;
  readonly #channel: TabChannel;
  readonly #leadership: { stop(): Promise<void> };
  readonly #cleanUp: (() => void)[] = [];
  #tick: Timer | null = null;
  #quietEnd: Timer | null = null;

  constructor(parts: WorkspaceParts) {
    const { userId, options, kinds, clock, locks, connectivity } = parts;
    this.#parts = parts;
    this.userId = userId;
    this.clock = clock;
    this.db = openUserDatabase(options.name, userId, kinds, options.storage);
    this.state = new AppState<UserState>(this.db.appState);
    options.sealing?.attach(this, parts.http);
    const leader = new LeaderOnDemand({ ...parts, db: this.db, onFull: () => this.#send("full") });
    this.#leader = leader;
    const workerParts = { ...parts, db: this.db, onDone: () => leader.opened?.loop.wake() };
    this.workers = new Map([...parts.workers].map(([name, create]) => [name, create(workerParts)]));
    this.#channel = openTabChannel(options, this.db.name, (message) => this.#receive(message));
    this.#leadership = holdLeadership(locks, userId, async (signal) => {
      const workers = [...this.workers.values()].map((worker) => worker.lead(signal));
      await Promise.all([leader.lead(signal), ...workers]);
    });
    this.#cleanUp.push(
      connectivity.status.onChange(() => {
        leader.connectionChanged();
        this.#retryWorkers();
      }),
    );
    this.#tickLater();
  }

  wrote(): void {
    // The tabs are told of a write inside a larger transaction when the transaction has ended.
    if (Dexie.currentTransaction) return;
    this.#send("wake");
    // The leader may be a hidden tab, whose timers the browser slows down to one a minute. The timer of this tab is on time.
    this.#quietEnd?.cancel();
    this.#quietEnd = this.#parts.clock.after(QUIET_MS, () => this.#send("wake"));
  }

  async retryAllNow(): Promise<void> {
    // Without the code nothing is sent, and the delays pass.
    const code = await leaderCode.load().catch(() => null);
    await code?.retryAllNow(this.db);
    this.#send("wake");
  }

  /** The tab goes to the background, where timers are slow: quiet periods end now. */
  async onHidden(): Promise<void> {
    await leaderCode.loaded?.endQuietPeriods(this.db);
    this.#send("wake");
  }

  refresh(): void {
    this.#send("refresh");
  }

  /** The server has confirmed the user. */
  async onConfirmed(): Promise<void> {
    await clearPause(this.state, "forbidden", "unauthenticated");
    await this.#leader.opened?.confirmed();
    this.#retryWorkers();
    this.#channel.post("refresh");
  }

  readonly online = (): boolean => this.#parts.connectivity.online && this.#parts.identity.confirmed;

  /** Stops sending and closes the database. */
  async close(): Promise<void> {
    for (const undo of this.#cleanUp) undo();
    this.#tick?.cancel();
    this.#quietEnd?.cancel();
    this.#channel.close();
    await this.#leadership.stop();
    for (const worker of this.workers.values()) worker.close();
    this.db.close();
  }

  /** Sends to all tabs, this one among them: one of them leads. */
  #send(message: TabMessage): void {
    this.#receive(message);
    this.#channel.post(message);
  }

  #receive(message: TabMessage): void {
    const loop = this.#leader.opened?.loop;
    if (message === "tick") loop?.tick();
    else if (message === "full") this.#parts.storageFailed(new StorageFullError());
    else if (message === "refresh") {
      loop?.pullSoon();
      this.#retryWorkers();
    } else {
      loop?.wake();
      for (const worker of this.workers.values()) worker.wake();
    }
  }

  #retryWorkers(): void {
    for (const worker of this.workers.values()) worker.retryNow();
  }

  /** A visible tab pulls at every tick. The loop's own poll is for what waits. */
  #tickLater(): void {
    this.#tick = this.#parts.clock.after(POLL_MS, () => {
      const { connectivity, identity } = this.#parts;
      if (isVisible()) this.#send("tick");
      // The last answer about the session may have been a fault.
      if (isVisible() && connectivity.online && !identity.confirmed) identity.verify().catch(reportUnlessEnded);
      this.#tickLater();
    });
  }
}
