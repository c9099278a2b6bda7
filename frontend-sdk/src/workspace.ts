// Everything of one signed-in user on this device: the database, the queue's engine, the tab's share of the work. Opened at sign-in,
// closed at sign-out; the data stays. It puts the parts together and owns no rule itself.

import Dexie from "dexie";
import type { Http } from "./api/http";
import { LazyFiles } from "./assets/lazy";
import { QUIET_MS } from "./chat/message-writes";
import { Views } from "./chat/views";
import type { Clock, Timer } from "./clock";
import { isVisible } from "./connectivity/browser-hints";
import type { Connectivity } from "./connectivity/connectivity";
import { AppState, type UserState } from "./db/app-state";
import { UserDatabase } from "./db/database";
import { endPauses, hurryAll } from "./outbox/by-hand";
import { type Channel, openChannel, type Poke } from "./sync/channel";
import { Engine } from "./sync/engine";
import { Events } from "./sync/events";
import { Holds } from "./sync/hold";
import { type Identity, POLL_MS } from "./sync/identity";
import { holdLeadership } from "./sync/locks";
import type { LandfallOptions, LockManagerLike } from "./types";

export interface WorkspaceParts {
  userId: string;
  options: LandfallOptions;
  http: Http;
  clock: Clock;
  locks: LockManagerLike | undefined;
  connectivity: Connectivity;
  identity: Identity;
}

export class Workspace {
  readonly userId: string;
  readonly db: UserDatabase;
  readonly state: AppState<UserState>;
  readonly holds: Holds;
  readonly engine: Engine;
  readonly files: LazyFiles;
  /** What is on screen in this tab. */
  readonly views = new Views();
  readonly clock: Clock;
  readonly #parts: WorkspaceParts;
  readonly #channel: Channel;
  readonly #events: Events;
  readonly #leadership: { stop(): Promise<void> };
  readonly #cleanUp: (() => void)[] = [];
  #tick: Timer | null = null;
  #flush: Timer | null = null;

  constructor(parts: WorkspaceParts) {
    const { userId, options, clock, locks, connectivity } = parts;
    this.#parts = parts;
    this.userId = userId;
    this.clock = clock;
    this.db = new UserDatabase(options.name, userId, options.storage, options.conflicts);
    this.state = new AppState<UserState>(this.db.appState);
    this.holds = new Holds(this.state, clock);
    this.engine = new Engine({ ...parts, db: this.db, holds: this.holds });
    const lockName = `${options.name}-${userId}`;
    const settled = () => this.engine.wake();
    this.files = new LazyFiles({ ...parts, db: this.db, holds: this.holds, settled });
    this.#channel = openChannel(lockName, (poke) => this.#hear(poke));
    this.#events = new Events(parts, () => this.engine.wantNews());
    this.#leadership = holdLeadership(locks, lockName, async (signal) => {
      await Promise.all([this.engine.lead(signal), this.#events.follow(signal), this.files.lead(signal)]);
    });
    this.#cleanUp.push(
      connectivity.status.subscribe(() => {
        this.engine.wake();
        this.#events.wake();
        this.files.hurry();
      }),
    );
    this.#tickLater();
  }

  /** A local write was saved: tell whoever leads, now and when the pause after typing is over. */
  wrote(): void {
    // One write of several: who opened the transaction tells, when all are saved.
    if (Dexie.currentTransaction) return;
    this.#poke("wake");
    // The leader may be a hidden tab, whose timers the browser slows down to one a minute. This tab is in use, so its timer is on time.
    this.#flush?.cancel();
    this.#flush = this.#parts.clock.after(QUIET_MS, () => this.#poke("wake"));
  }

  /** Sends what waits without waiting for pauses and delays. */
  async hurry(): Promise<void> {
    await hurryAll(this.db);
    this.#poke("wake");
  }

  /** The tab goes to the background, where timers are slow: what is only waiting for quiet goes now. */
  async goingAway(): Promise<void> {
    await endPauses(this.db);
    this.#poke("wake");
  }

  /** Looks for news soon, in whichever tab leads. */
  refresh(): void {
    this.#poke("refresh");
  }

  /** The server confirmed the user (again). */
  async confirmed(): Promise<void> {
    this.#events.wake();
    await this.engine.reconnected();
    this.files.hurry();
    this.#channel.post("refresh");
  }

  /** Whether the server can be asked. */
  readonly online = (): boolean => this.#parts.connectivity.online && this.#parts.identity.confirmed;

  /** Stops sending and closes the database. */
  async close(): Promise<void> {
    for (const undo of this.#cleanUp) undo();
    this.#tick?.cancel();
    this.#flush?.cancel();
    this.#channel.close();
    await this.#leadership.stop();
    this.files.close();
    this.db.close();
  }

  /** To this tab's engine and all others: one of them leads. */
  #poke(poke: Poke): void {
    this.#hear(poke);
    this.#channel.post(poke);
  }

  #hear(poke: Poke): void {
    if (poke === "refresh") this.engine.wantNews();
    else if (poke === "tick") this.engine.tick();
    else this.engine.wake();
    if (poke === "refresh") this.files.hurry();
    else if (poke === "wake") this.files.wake();
  }

  /** While somebody looks, news are asked for at every tick; the engine's own poll is for what waits. */
  #tickLater(): void {
    this.#tick = this.#parts.clock.after(POLL_MS, () => {
      const { connectivity, identity } = this.#parts;
      if (isVisible()) this.#poke("tick");
      // The answer to the last question about the session may have been a fault.
      if (isVisible() && connectivity.online && !identity.confirmed) void identity.verify();
      this.#tickLater();
    });
  }
}
