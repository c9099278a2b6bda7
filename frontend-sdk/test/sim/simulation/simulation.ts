// A server, devices, a network and one clock. It runs no action and checks no invariant.

import Dexie from "dexie";
import type { Rng } from "../rng";
import { SimulationClock, START_TIME } from "./clock";
import { Device } from "./device";
import { captureUnhandled, eventLoopTurn, realMillisecond, replaceTimers } from "./globals";
import { type Backend, type Exchange, Network } from "./network";

/** The number of turns without a transaction after which the simulation is idle. */
const QUIET_TURNS = 7;
/** A simulation that is not idle after this many turns never becomes idle. */
const MAX_TURNS = 50_000;

/** Dexie's list of listeners for changes. */
const listeners = Dexie.on("storagemutated") as unknown as {
  subscribers: ((parts: unknown) => void)[];
  unsubscribe(listener: (parts: unknown) => void): void;
};

let simulations = 0;

export interface SimulationParts {
  rng: Rng;
  devices: number;
  backend(clock: SimulationClock): Backend;
  onExchange(exchange: Exchange): void;
}

export class Simulation {
  readonly clock = new SimulationClock();
  readonly network: Network;
  readonly devices: Device[];
  /** What happened, one line per event. */
  readonly trace: string[] = [];
  /** Unhandled errors of the SDK. */
  readonly unhandled: unknown[] = [];
  readonly #cleanUp: (() => void)[];
  readonly #earlierListeners = new Set(listeners.subscribers);

  constructor(parts: SimulationParts) {
    const { rng, onExchange } = parts;
    const id = ++simulations;
    const note = (line: string) => this.note(line);
    this.#cleanUp = [
      replaceTimers(this.clock),
      captureUnhandled((error) => {
        this.note(`unhandled ${String(error)}`);
        this.unhandled.push(error);
      }),
    ];
    this.network = new Network({
      clock: this.clock,
      rng: rng.fork(),
      backend: parts.backend(this.clock),
      onExchange,
      note,
    });
    this.devices = Array.from({ length: parts.devices }, (_, index) => {
      const name = String.fromCharCode("A".charCodeAt(0) + index);
      const clockErrorMs = rng.percent(30) ? (rng.below(21) - 10) * 365 * 86_400_000 : 0;
      // Dexie notifies all databases of a process by name, so the name must be unique.
      const appName = `sim-${id}-${name}`;
      return new Device({
        name,
        appName,
        clock: this.clock,
        network: this.network,
        rng: rng.fork(),
        clockErrorMs,
        note,
      });
    });
  }

  note(line: string): void {
    const seconds = ((this.clock.now() - START_TIME) / 1000).toFixed(1);
    this.trace.push(`${seconds.padStart(8)} ${line}`);
  }

  /** Waits until no work is left that needs no time. */
  readonly untilIdle = async (): Promise<void> => {
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns += 1) {
      await eventLoopTurn();
      if (this.network.requestsUnderWay > 0) {
        // The request needs real time. The simulation's clock stands still meanwhile.
        await realMillisecond();
        turns = 0;
        continue;
      }
      quiet = this.#busy() ? 0 : quiet + 1;
      if (turns > MAX_TURNS) throw new Error("the simulation never becomes idle");
    }
  };

  /**
   * Runs a few turns, and one at least: the tabs share one event loop, and what one tab does in a zone of the database library ends with the turn. Work
   * under way may be incomplete after them.
   */
  async runTurns(turns: number): Promise<void> {
    for (let left = Math.max(1, turns); left > 0; left -= 1) await eventLoopTurn();
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.now() + ms, this.untilIdle);
  }

  async teardown(): Promise<void> {
    for (const device of this.devices) for (const tab of [...device.tabs]) tab.crash();
    await this.runTurns(QUIET_TURNS);
    for (const undo of this.#cleanUp) undo();
    // Crashed tabs never unsubscribe. Each remaining listener slows the next simulation.
    for (const listener of listeners.subscribers.slice()) {
      if (!this.#earlierListeners.has(listener)) listeners.unsubscribe(listener);
    }
  }

  #busy(): boolean {
    return this.devices.some(({ storage }) => storage.busy);
  }
}
