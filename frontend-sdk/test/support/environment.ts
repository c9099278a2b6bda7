// The environment of the unit tests: a server, browsers with tabs, and one clock for all of them.

import { IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore } from "fake-indexeddb";
import { onTestFinished } from "vitest";
import { createClient } from "../../src/client";
import type { KindModules } from "../../src/kinds/module";
import { builtinModules, kindsOf } from "../../src/kinds/registry";

// Loaded on demand. A first import takes real time.
import "../../src/guest/claims";
import "../../src/kinds/edits";
import "../../src/sync/initial-snapshot";
import "../../src/sync/leader";
import type { ChannelLike, ChatMessageRow, Landfall, LandfallOptions, Observable, User } from "../../src/types";
import type { Clock } from "../../src/types/clock";
import { FakeClock, flushTasks, until } from "./fake-clock";
import { FakeLocks, type LockClient } from "./fake-locks";
import { type CookieJar, FakeServer } from "./fake-server";
import { openDatabase, type TestDatabase } from "./kinds";

export const EMAIL = "ada@example.org";
export const USER_ID = "user-ada";

const NEVER = new Promise<never>(() => {});

let environments = 0;

export class TestEnvironment {
  readonly server = new FakeServer();
  readonly clock = new FakeClock();
  /** Further options of every tab's client. */
  options: Partial<LandfallOptions> = {};
  /** The kinds of rows of every tab's client. */
  modules: KindModules = builtinModules;
  /** The name is unique, because broadcasts reach every tab with the same name. */
  readonly appName = `test-${++environments}`;

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

/** One browser profile. Its tabs share storage, cookies and locks. */
export class Browser {
  readonly env: TestEnvironment;
  readonly storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  readonly jar: CookieJar = { token: null };
  readonly locks = new FakeLocks();

  constructor(env: TestEnvironment) {
    this.env = env;
  }

  /**
   * Makes writes to a table fail like a full disk: the write fails ("quota"), or the whole transaction is aborted
   * ("abort"). Returns a function that ends this.
   */
  refuseWrites(table: string, how: "quota" | "abort"): () => void {
    const appName = this.env.appName;
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

  /** Makes the next put into a table fail with QuotaExceededError. */
  refuseFirstWrite(table: string): void {
    const appName = this.env.appName;
    const prototype = IDBObjectStore.prototype;
    const { put, add } = prototype;
    const restore = () => void Object.assign(prototype, { put, add });
    const refuseOnce = (write: typeof put) =>
      function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
        if (this.name !== table || !this.transaction.db.name.startsWith(appName)) return write.apply(this, args);
        restore();
        throw new DOMException("no room", "QuotaExceededError");
      };
    prototype.put = refuseOnce(put);
    prototype.add = refuseOnce(add);
    onTestFinished(restore);
  }

  /** Makes one kind of write to a table fail with QuotaExceededError. Returns a function that ends this. */
  refuse(how: "put" | "delete", table: string): () => void {
    const appName = this.env.appName;
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

  /** Calls `tell` with the number of rows of each `getAll` on a table's indexes. */
  countRead(table: string, tell: (rows: number) => void): void {
    const appName = this.env.appName;
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

  /** Changes the remembered user without Dexie, so that no live query is notified. */
  async rememberWithoutNotification(user: User): Promise<void> {
    const opening = this.storage.indexedDB.open(`${this.env.appName}.device`);
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

  /** Opens the user's database beside the tabs, to read it. */
  database(userId = USER_ID): TestDatabase {
    const db = openDatabase(this.env.appName, userId, this.storage, kindsOf(this.env.modules));
    onTestFinished(() => db.close());
    return db;
  }
}

export class Tab {
  readonly browser: Browser;
  readonly landfall: Landfall;
  #crashed = false;
  /** What the browser tells a frozen tab when it is thawed; `null` while the tab runs. */
  #undelivered: (() => void)[] | null = null;
  readonly #locks: LockClient;

  constructor(browser: Browser) {
    this.browser = browser;
    const { env, storage, jar } = browser;
    const send = env.server.fetchFor(jar);
    this.#locks = browser.locks.client(this.#deliver);
    const options: LandfallOptions = {
      ...env.options,
      baseUrl: "http://landfall.test",
      name: env.appName,
      clock: this.#untilCrash(env.clock),
      locks: this.#locks,
      channels: (name) => this.#channel(name),
      storage,
      fetch: async (input, init) => {
        const answer = this.#crashed ? NEVER : send(input, init);
        await answer.catch(() => {});
        await new Promise<void>((resolve) => this.#deliver(resolve));
        return this.#crashed ? NEVER : answer;
      },
    };
    this.landfall = createClient(options, env.modules) as unknown as Landfall;
    onTestFinished(() => {
      this.unfreeze();
      return this.#crashed ? undefined : this.landfall.close();
    });
  }

  /** Ends the tab as a crash does: timers and answers stop, and its locks are released. */
  crash(): void {
    this.#crashed = true;
    this.#locks.crash();
  }

  /** Stops the tab as browsers do with tabs in the background: it keeps its locks, and nothing reaches it. */
  freeze(): void {
    this.#undelivered ??= [];
  }

  /** Lets a frozen tab go on. */
  unfreeze(): void {
    const news = this.#undelivered ?? [];
    this.#undelivered = null;
    for (const deliver of news) deliver();
  }

  readonly #deliver = (news: () => void): void => {
    if (this.#undelivered) this.#undelivered.push(news);
    else news();
  };

  #channel(name: string): ChannelLike {
    const channel = new BroadcastChannel(name);
    const like: ChannelLike = {
      onmessage: null,
      postMessage: (data) => channel.postMessage(data),
      close: () => channel.close(),
    };
    // Chromium delivers broadcasts to frozen tabs too, and the queries that they start wait. Queries don't wait here, so the questions about locks are the
    // only broadcasts that a frozen tab receives.
    const now = (news: () => void) => (name.endsWith(":locks") ? news() : this.#deliver(news));
    channel.onmessage = (event) => now(() => void (this.#crashed || like.onmessage?.(event as MessageEvent<unknown>)));
    return like;
  }

  #untilCrash(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      random: () => clock.random(),
      after: (ms, callback) => clock.after(ms, () => this.#deliver(() => (this.#crashed ? undefined : callback()))),
    };
  }

  async signIn(email = EMAIL): Promise<void> {
    await this.landfall.auth.devSignIn({ email });
    await this.idle();
  }

  /** Pushes what waits and pulls what is new. */
  async sync(): Promise<void> {
    await this.landfall.sync.now();
    await this.idle();
    await this.landfall.sync.awaitInSync();
    await this.idle();
  }

  /** Advances the clock until the outbox is empty. */
  async untilSent(): Promise<void> {
    const { syncQueue } = this.browser.database();
    await this.browser.env.clock.advanceUntil(async () => (await syncQueue.count()) === 0, "an empty queue");
  }

  /** Waits for the work that needs no time. */
  async idle(): Promise<void> {
    await flushTasks(200);
  }

  async createSession(title = "Plans"): Promise<string> {
    const { id } = await this.landfall.chat.createSession({ title });
    return id;
  }

  /** Creates a session and waits until the server has it. */
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

  /** The messages that the view shows. */
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
