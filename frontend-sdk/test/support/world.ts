// A server, browsers with tabs, and one clock for all of them: what a test of the SDK plays in.

import { IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore } from "fake-indexeddb";
import { onTestFinished } from "vitest";
import { createLandfall } from "../../src/client";
import type { Clock } from "../../src/clock";
import { UserDatabase } from "../../src/db/database";
import type { ChatMessageRow, Landfall, LandfallOptions, Observable, User } from "../../src/types";
import { FakeClock, settled, until } from "./fake-clock";
import { FakeLocks } from "./fake-locks";
import { type CookieJar, FakeServer } from "./fake-server";

export const EMAIL = "ada@example.org";
export const USER_ID = "user-ada";

const NEVER = new Promise<never>(() => {});

let worlds = 0;

export class World {
  readonly server = new FakeServer();
  readonly clock = new FakeClock();
  /** What every tab's client gets besides. */
  options: Partial<LandfallOptions> = {};
  /** Tabs of different tests must not hear each other's broadcasts. */
  readonly appName = `test-${++worlds}`;

  browser(): Browser {
    return new Browser(this);
  }

  /** A browser with one signed-in tab. */
  async signedInTab(email = EMAIL): Promise<Tab> {
    const tab = this.browser().tab();
    await tab.signIn(email);
    return tab;
  }
}

/** One browser profile: storage, cookies and locks that its tabs share. */
export class Browser {
  readonly world: World;
  readonly storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  readonly jar: CookieJar = { token: null };
  readonly locks = new FakeLocks();

  constructor(world: World) {
    this.world = world;
  }

  /**
   * Refuses writes to a table as a browser without room does: the write fails, or ("abort") the whole transaction is broken off.
   * Returns the way back.
   */
  refuseWrites(table: string, how: "quota" | "abort"): () => void {
    const appName = this.world.appName;
    const prototype = IDBObjectStore.prototype;
    const { put, add } = prototype;
    const refuse = (write: typeof put) =>
      function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
        const isMeant = this.name === table && this.transaction.db.name.startsWith(appName);
        if (isMeant && how === "quota") throw new DOMException("no room", "QuotaExceededError");
        const request = write.apply(this, args);
        if (isMeant) this.transaction.abort();
        return request;
      };
    prototype.put = refuse(put);
    prototype.add = refuse(add);
    const restore = () => void Object.assign(prototype, { put, add });
    onTestFinished(restore);
    return restore;
  }

  /** Lets one kind of write to a table fail for want of room. Returns the way back. */
  refuse(how: "put" | "clear", table: string): () => void {
    const appName = this.world.appName;
    const prototype = IDBObjectStore.prototype;
    const before = prototype[how];
    const refusing = function (this: IDBObjectStore, ...args: unknown[]) {
      if (this.name === table && this.transaction.db.name.startsWith(appName)) {
        throw new DOMException("no room", "QuotaExceededError");
      }
      return (before as (...all: unknown[]) => IDBRequest).apply(this, args);
    };
    Object.assign(prototype, { [how]: refusing });
    const restore = () => void Object.assign(prototype, { [how]: before });
    onTestFinished(restore);
    return restore;
  }

  /** Tells how many rows each request for many of them reads from a table. */
  countRead(table: string, tell: (rows: number) => void): void {
    const appName = this.world.appName;
    const prototype = IDBIndex.prototype;
    const { getAll } = prototype;
    prototype.getAll = function (this: IDBIndex, ...args: Parameters<typeof getAll>) {
      const request = getAll.apply(this, args);
      const { name, transaction } = this.objectStore;
      if (name === table && transaction.db.name.startsWith(appName)) {
        request.addEventListener("success", () => tell((request.result as unknown[]).length));
      }
      return request;
    };
    onTestFinished(() => void Object.assign(prototype, { getAll }));
  }

  /** Changes who the device remembers without Dexie, so that no live query hears of it. */
  async rememberSilently(user: User): Promise<void> {
    const opening = this.storage.indexedDB.open(`${this.world.appName}.device`);
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const transaction = opening.result.transaction("appState", "readwrite");
    const value = { user, stamp: "another", signOutPending: false };
    transaction.objectStore("appState").put({ key: "auth", value });
    await new Promise((resolve) => transaction.addEventListener("complete", resolve));
    opening.result.close();
  }

  tab(): Tab {
    return new Tab(this);
  }

  /** The user's database, opened beside the tabs to look into it. */
  database(userId = USER_ID): UserDatabase {
    const db = new UserDatabase(this.world.appName, userId, this.storage);
    onTestFinished(() => db.close());
    return db;
  }
}

export class Tab {
  readonly browser: Browser;
  readonly landfall: Landfall;
  #dead = false;
  readonly #locks: ReturnType<FakeLocks["client"]>;

  constructor(browser: Browser) {
    this.browser = browser;
    const { world, storage, jar } = browser;
    const send = world.server.fetchFor(jar);
    this.#locks = browser.locks.client();
    this.landfall = createLandfall({
      ...world.options,
      baseUrl: "http://landfall.test",
      name: world.appName,
      clock: this.#mortal(world.clock),
      locks: this.#locks,
      storage,
      fetch: async (input, init) => {
        const answer = this.#dead ? NEVER : send(input, init);
        await answer.catch(() => {});
        return this.#dead ? NEVER : answer;
      },
    });
    onTestFinished(() => (this.#dead ? undefined : this.landfall.close()));
  }

  /** Ends the tab as a crash does: no timer rings, no answer arrives, and the browser takes its locks back. */
  crash(): void {
    this.#dead = true;
    this.#locks.die();
  }

  #mortal(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      random: () => clock.random(),
      after: (ms, callback) => clock.after(ms, () => (this.#dead ? undefined : callback())),
    };
  }

  async signIn(email = EMAIL): Promise<void> {
    await this.landfall.auth.devSignIn({ email });
    await this.idle();
  }

  /** Sends what waits and pulls what is new. */
  async sync(): Promise<void> {
    await this.landfall.sync.now();
    await this.idle();
    await this.landfall.sync.awaitInSync();
    await this.idle();
  }

  /** Moves the clock until nothing is queued any more. */
  async untilSent(): Promise<void> {
    const { syncQueue } = this.browser.database();
    await this.browser.world.clock.advanceUntil(async () => (await syncQueue.count()) === 0, "an empty queue");
  }

  /** Everything that needs no time has happened. */
  async idle(): Promise<void> {
    await settled(200);
  }

  async createSession(title = "Plans"): Promise<string> {
    const { id } = await this.landfall.chat.createSession({ title });
    return id;
  }

  /** A session that the server has. */
  async syncedSession(title = "Plans"): Promise<string> {
    const id = await this.createSession(title);
    await this.landfall.sync.awaitInSync();
    return id;
  }

  async send(sessionId: string, ...contents: string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const content of contents) ids.push((await this.landfall.chat.send(sessionId, { role: "user", content })).id);
    return ids;
  }

  /** What the screen shows. */
  async messages(sessionId: string): Promise<ChatMessageRow[]> {
    return firstValue(this.landfall.chat.messages(sessionId));
  }
}

/** The first value that is not `undefined`. */
export async function firstValue<T>(observable: Observable<T | undefined>): Promise<T> {
  const stop = observable.subscribe(() => {});
  try {
    return (
      await until(() => (observable.get() === undefined ? null : { value: observable.get() as T }), "a first value")
    ).value;
  } finally {
    stop();
  }
}
