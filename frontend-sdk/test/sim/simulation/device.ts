// A browser with its tabs. The tabs share storage, cookies and locks, and each runs the SDK.

import { createLandfall } from "../../../src/client";
import type { ChannelLike, Landfall } from "../../../src/types";
import { FakeLocks, type LockClient } from "../../support/fake-locks";
import type { Rng } from "../rng";
import type { SimulationClock } from "./clock";
import type { CookieJar, Network } from "./network";
import type { Line } from "./slow-line";
import { BrowserStorage, type TabStorage } from "./storage";

const NEVER = new Promise<never>(() => {});
export const BASE_URL = "http://landfall.test";

export interface DeviceParts {
  name: string;
  appName: string;
  clock: SimulationClock;
  network: Network;
  rng: Rng;
  /** The error of the device's clock at the start, in milliseconds. */
  clockErrorMs: number;
  note(line: string): void;
}

export class Device {
  readonly name: string;
  readonly parts: DeviceParts;
  readonly storage = new BrowserStorage();
  readonly jar: CookieJar = { token: null };
  readonly locks = new FakeLocks();
  /** Whether the device has no network. */
  offline = false;
  /** How slow the device's connection is; `null`: no byte takes time. */
  line: Line | null = null;
  /** The error of the device's clock, in milliseconds. A change is a step of the clock. */
  clockErrorMs: number;
  /** Whether its tabs let people use the application before any sign-in. */
  guest = false;
  tabs: Tab[] = [];
  #opened = 0;

  constructor(parts: DeviceParts) {
    this.parts = parts;
    this.name = parts.name;
    this.clockErrorMs = parts.clockErrorMs;
  }

  /** The tabs that the browser has not frozen. */
  get awake(): Tab[] {
    return this.tabs.filter(({ frozen }) => !frozen);
  }

  /** The name of the application, and so of the device's databases. */
  get appName(): string {
    return this.parts.appName;
  }

  openTab(): Tab {
    const tab = new Tab(this, `${this.name}.${++this.#opened}`);
    this.tabs.push(tab);
    return tab;
  }

  forget(tab: Tab): void {
    this.tabs = this.tabs.filter((other) => other !== tab);
  }
}

export class Tab {
  readonly name: string;
  readonly landfall: Landfall;
  readonly #device: Device;
  readonly #locks: LockClient;
  readonly #storage: TabStorage;
  #crashed = false;
  /** What the browser tells a frozen tab when it continues; `null` while the tab runs. */
  #undelivered: (() => void)[] | null = null;
  /** Whether the next answer finds the tab frozen. */
  #freezesAtAnswer = false;
  /** The number of database steps before a planned crash. */
  #stepsLeft = Number.POSITIVE_INFINITY;

  constructor(device: Device, name: string) {
    this.name = name;
    this.#device = device;
    const { clock, network, rng } = device.parts;
    this.#locks = device.locks.client(this.#deliver);
    this.#storage = device.storage.forTab(() => this.#step());
    const { jar } = device;
    const send = network.fetchFor({ name, jar, offline: () => device.offline, line: () => device.line });
    const fire = (callback: () => void) => this.#deliver(() => (this.#crashed ? undefined : callback()));
    this.landfall = createLandfall({
      baseUrl: BASE_URL,
      name: device.appName,
      guest: device.guest,
      clock: clock.forTab(rng, () => device.clockErrorMs, fire),
      locks: this.#locks,
      channels: (channel) => this.#channel(channel),
      storage: this.#storage.parts,
      fetch: async (input, init) => {
        if (this.frozen) await this.#continued();
        const answer = this.#crashed ? NEVER : send(input, init);
        await answer.catch(() => {});
        if (this.#freezesAtAnswer) this.freeze();
        if (this.frozen) await this.#continued();
        return this.#crashed ? NEVER : answer;
      },
    });
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  get frozen(): boolean {
    return this.#undelivered !== null;
  }

  /** Ends the tab as a crash does: timers and answers stop, open transactions are undone, locks are released. */
  crash(): void {
    if (this.#crashed) return;
    this.#device.parts.note(`${this.name} crashes`);
    this.#crashed = true;
    this.#storage.crash();
    this.#locks.crash();
    this.#device.forget(this);
    this.#deliverAll();
  }

  /** Crashes the tab after this many database steps, most likely inside a transaction. */
  crashAfter(steps: number): void {
    this.#stepsLeft = steps;
  }

  /**
   * Stops the tab as browsers do with tabs in the background: it keeps its locks, and no timer, answer or message reaches it. A transaction that has
   * begun ends; a browser freezes no tab in one.
   */
  freeze(): void {
    if (this.frozen || this.#crashed) return;
    this.#device.parts.note(`${this.name} is frozen`);
    this.#freezesAtAnswer = false;
    this.#undelivered = [];
    this.#storage.freeze();
  }

  /** Freezes the tab before its next answer reaches it. */
  freezeAtAnswer(): void {
    this.#freezesAtAnswer = true;
  }

  /** Lets a frozen tab go on. */
  unfreeze(): void {
    this.#freezesAtAnswer = false;
    if (!this.frozen) return;
    this.#device.parts.note(`${this.name} continues`);
    this.#storage.unfreeze();
    this.#deliverAll();
  }

  /** Resolves after this time, when the tab runs. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#device.parts.clock.after(ms, () => this.#deliver(resolve)));
  }

  /** Closes the tab and waits for the client to finish. */
  async close(): Promise<void> {
    this.#device.forget(this);
    await this.landfall.close();
  }

  readonly #deliver = (news: () => void): void => {
    if (this.#undelivered) this.#undelivered.push(news);
    else news();
  };

  /** Each is a task of its own, as in a browser: what one begins in a zone of the database library never reaches the next. */
  #deliverAll(): void {
    const news = this.#undelivered ?? [];
    this.#undelivered = null;
    for (const one of news) setImmediate(() => this.#deliver(one));
  }

  #continued(): Promise<void> {
    return new Promise((resolve) => this.#deliver(resolve));
  }

  /** Chromium delivers broadcasts to frozen tabs too, and the queries that they start wait. Here these broadcasts wait, except the questions about locks. */
  #channel(name: string): ChannelLike {
    const channel = new BroadcastChannel(name);
    const like: ChannelLike = {
      onmessage: null,
      postMessage: (data) => channel.postMessage(data),
      close: () => channel.close(),
    };
    const now = name.endsWith(":locks") ? (news: () => void) => news() : this.#deliver;
    channel.onmessage = ({ data }) => now(() => void (this.#crashed || like.onmessage?.({ data })));
    return like;
  }

  #step(): void {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) this.crash();
  }
}
