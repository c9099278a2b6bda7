// A browser with its tabs: storage, cookies and locks that the tabs share, and the SDK in each of them.

import { createLandfall } from "../../../src/client";
import type { Landfall } from "../../../src/types";
import { FakeLocks } from "../../support/fake-locks";
import type { Prng } from "../prng";
import type { WorldClock } from "./clock";
import type { CookieJar, Network } from "./network";
import { BrowserStorage, type TabStorage } from "./storage";

const NEVER = new Promise<never>(() => {});
export const BASE_URL = "http://landfall.test";

export interface DeviceParts {
  name: string;
  appName: string;
  clock: WorldClock;
  network: Network;
  prng: Prng;
  /** How wrong the device's clock is. */
  clockErrorMs: number;
  note(line: string): void;
}

export class Device {
  readonly name: string;
  readonly parts: DeviceParts;
  readonly storage = new BrowserStorage();
  readonly jar: CookieJar = { token: null };
  readonly locks = new FakeLocks();
  /** No network, while it is set. */
  offline = false;
  tabs: Tab[] = [];
  #opened = 0;

  constructor(parts: DeviceParts) {
    this.parts = parts;
    this.name = parts.name;
  }

  /** The name of its databases. */
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
  #dead = false;
  /** Steps of the database until the tab dies in the middle of one. */
  #stepsLeft = Number.POSITIVE_INFINITY;

  constructor(device: Device, name: string) {
    this.name = name;
    this.#device = device;
    const { clock, network, prng, clockErrorMs } = device.parts;
    this.#locks = device.locks.client();
    this.#storage = device.storage.forTab(() => this.#step());
    const send = network.fetchFor(name, device.jar, () => device.offline);
    this.landfall = createLandfall({
      baseUrl: BASE_URL,
      name: device.appName,
      clock: clock.face(prng, clockErrorMs, () => this.#dead),
      locks: this.#locks,
      storage: this.#storage.parts,
      fetch: async (input, init) => {
        const answer = this.#dead ? NEVER : send(input, init);
        await answer.catch(() => {});
        return this.#dead ? NEVER : answer;
      },
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Ends the tab as a crash does: no timer rings, no answer arrives, open transactions are undone, locks go back. */
  crash(): void {
    if (this.#dead) return;
    this.#device.parts.note(`${this.name} crashes`);
    this.#dead = true;
    this.#storage.die();
    this.#locks.die();
    this.#device.forget(this);
  }

  /** The same after so many more steps of the database, most likely in the middle of a transaction. */
  crashAfter(steps: number): void {
    this.#stepsLeft = steps;
  }

  /** Ends it as a closed tab does that has the time. */
  async close(): Promise<void> {
    this.#device.forget(this);
    await this.landfall.close();
  }

  #step(): void {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) this.crash();
  }
}
