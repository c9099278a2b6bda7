// A server, devices, a network and one clock: what a simulation plays in. It runs nothing by itself and judges nothing.

import Dexie from "dexie";
import type { Prng } from "../prng";
import { BEGINNING, WorldClock } from "./clock";
import { Device } from "./device";
import { breathe, hearUnhandled, ownTimers, turn } from "./globals";
import { type Backend, type Exchange, Network } from "./network";

/** Turns of the event loop without a transaction after which nothing is under way. */
const QUIET_TURNS = 7;
/** What has not come to rest after so many turns never will. */
const MAX_TURNS = 50_000;

/** Dexie's own list of who hears of changes. */
const listeners = Dexie.on("storagemutated") as unknown as {
  subscribers: ((parts: unknown) => void)[];
  unsubscribe(listener: (parts: unknown) => void): void;
};

let worlds = 0;

export interface WorldParts {
  prng: Prng;
  devices: number;
  backend(clock: WorldClock): Backend;
  onExchange(exchange: Exchange): void;
}

export class World {
  readonly clock = new WorldClock();
  readonly network: Network;
  readonly devices: Device[];
  /** What happened, one line each. */
  readonly trace: string[] = [];
  /** Errors of the SDK that nobody handled. */
  readonly unhandled: unknown[] = [];
  readonly #cleanUp: (() => void)[];
  readonly #strangers = new Set(listeners.subscribers);

  constructor(parts: WorldParts) {
    const { prng, onExchange } = parts;
    const id = ++worlds;
    const note = (line: string) => this.note(line);
    this.#cleanUp = [
      ownTimers(this.clock),
      hearUnhandled((error) => {
        this.note(`nobody handled ${String(error)}`);
        this.unhandled.push(error);
      }),
    ];
    this.network = new Network({
      clock: this.clock,
      prng: prng.fork(),
      backend: parts.backend(this.clock),
      onExchange,
      note,
    });
    this.devices = Array.from({ length: parts.devices }, (_, index) => {
      const name = String.fromCharCode("A".charCodeAt(0) + index);
      const clockErrorMs = prng.percent(30) ? (prng.below(21) - 10) * 365 * 86_400_000 : 0;
      // Dexie tells everybody in a process about changes, by the database's name.
      const appName = `sim-${id}-${name}`;
      return new Device({
        name,
        appName,
        clock: this.clock,
        network: this.network,
        prng: prng.fork(),
        clockErrorMs,
        note,
      });
    });
  }

  note(line: string): void {
    const seconds = ((this.clock.now() - BEGINNING) / 1000).toFixed(1);
    this.trace.push(`${seconds.padStart(8)} ${line}`);
  }

  /** Until nothing is under way that needs no time. */
  readonly settle = async (): Promise<void> => {
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns += 1) {
      await turn();
      if (this.network.working > 0) {
        // A real server takes its time, which is nobody's in here.
        await breathe();
        turns = 0;
        continue;
      }
      quiet = this.#busy() ? 0 : quiet + 1;
      if (turns > MAX_TURNS) throw new Error("the world doesn't come to rest");
    }
  };

  /** A few turns, after which something may well be half done. */
  async moment(turns: number): Promise<void> {
    for (let left = turns; left > 0; left -= 1) await turn();
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.now() + ms, this.settle);
  }

  async end(): Promise<void> {
    for (const device of this.devices) for (const tab of [...device.tabs]) tab.crash();
    await this.moment(QUIET_TURNS);
    for (const undo of this.#cleanUp) undo();
    // The dead can't cancel what they watch, and everybody who is watched for slows the next world down.
    for (const listener of listeners.subscribers.slice()) {
      if (!this.#strangers.has(listener)) listeners.unsubscribe(listener);
    }
  }

  #busy(): boolean {
    return this.devices.some(({ storage }) => storage.busy);
  }
}
