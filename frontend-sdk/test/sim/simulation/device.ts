// A browser with its tabs. The tabs share storage, cookies and locks, and each runs the SDK.

import { createLandfall } from "../../../src/client";
import type { Landfall } from "../../../src/types";
import { FakeLocks } from "../../support/fake-locks";
import type { Rng } from "../rng";
import type { SimulationClock } from "./clock";
import type { CookieJar, Network } from "./network";
import { BrowserStorage, type TabStorage } from "./storage";

const NEVER = new Promise<never>(() => {});
export const BASE_URL = "http://landfall.test";

export interface DeviceParts {
  name: string;
  appName: string;
  clock: SimulationClock;
  network: Network;
  rng: Rng;
  /** The error of the device's clock, in milliseconds. */
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
  tabs: Tab[] = [];
  #opened = 0;

  constructor(parts: DeviceParts) {
    this.parts = parts;
    this.name = parts.name;
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
  readonly #locks: ReturnType<FakeLocks["client"]>;
  readonly #storage: TabStorage;
  #crashed = false;
  /** The number of database steps before a planned crash. */
  #stepsLeft = Number.POSITIVE_INFINITY;

  constructor(device: Device, name: string) {
    this.name = name;
    this.#device = device;
    const { clock, network, rng, clockErrorMs } = device.parts;
    this.#locks = device.locks.client();
    this.#storage = device.storage.forTab(() => this.#step());
    const send = network.fetchFor(name, device.jar, () => device.offline);
    this.landfall = createLandfall({
      baseUrl: BASE_URL,
      name: device.appName,
      clock: clock.forDevice(rng, clockErrorMs, () => this.#crashed),
      locks: this.#locks,
      storage: this.#storage.parts,
      fetch: async (input, init) => {
        const answer = this.#crashed ? NEVER : send(input, init);
        await answer.catch(() => {});
        return this.#crashed ? NEVER : answer;
      },
    });
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** Ends the tab as a crash does: timers and answers stop, open transactions are undone, locks are released. */
  crash(): void {
    if (this.#crashed) return;
    this.#device.parts.note(`${this.name} crashes`);
    this.#crashed = true;
    this.#storage.crash();
    this.#locks.crash();
    this.#device.forget(this);
  }

  /** Crashes the tab after this many database steps, most likely inside a transaction. */
  crashAfter(steps: number): void {
    this.#stepsLeft = steps;
  }

  /** Closes the tab and waits for the client to finish. */
  async close(): Promise<void> {
    this.#device.forget(this);
    await this.landfall.close();
  }

  #step(): void {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) this.crash();
  }
}
