// One simulation: a world from a seed, people and mischief at random, then peace, then the judge. Everything that it chooses comes from the
// seed, so the seed is the whole of it.

import { PLANTS, type Plant } from "../../src/planted";
import { Ledger } from "./intentions";
import { judge } from "./judge";
import { changeNetwork, changeServer, changeTabs, open } from "./mischief";
import { ModelServer, SERVER_FAULTS, type ServerFault } from "./model/server";
import { makePeace } from "./peace";
import { begin, DEEDS, type Deed } from "./people";
import { Prng } from "./prng";
import { seedIds } from "./seeded-uuid";
import type { WorldClock } from "./world/clock";
import type { Tab } from "./world/device";
import type { Backend } from "./world/network";
import { World } from "./world/world";

/** Faults of the SDK and of the server that can be put in on purpose. */
export const ALL_PLANTS = [...PLANTS, ...SERVER_FAULTS] as const;

export interface Verdict {
  seed: number;
  /** What is wrong; empty where all is well. */
  faults: string[];
  /** What happened, line by line. */
  trace: string[];
}

export interface Options {
  /** One of `ALL_PLANTS`. */
  plant?: string;
  /** A real server instead of the model, and who is to be signed in there. */
  backend?: Backend & { readonly email: string };
}

/** What a simulation plays with. */
export interface Stage {
  world: World;
  prng: Prng;
  ledger: Ledger;
  backend: Backend;
  email: string;
  /** Known after the first sign-in. */
  userId: string;
  /** The server's data of an earlier moment. */
  backup: unknown;
  faults: string[];
}

/** Collections that an old version of an app doesn't know. */
const NEW_COLLECTIONS = ["conversations", "interactions"];

export async function simulate(seed: number, options: Options = {}): Promise<Verdict> {
  const stage = prepare(seed, options);
  const { world, faults } = stage;
  try {
    await play(stage);
    faults.push(...judge({ ledger: stage.ledger, ...(await makePeace(stage)) }));
    faults.push(...world.unhandled.map((error) => `nobody handled: ${String(error)}`));
  } catch (error) {
    faults.push(`the simulation broke: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await world.end();
    Object.assign(globalThis, { landfallPlant: undefined, landfallUnknown: undefined });
  }
  return { seed, faults, trace: world.trace };
}

/** A world before anything happened in it. */
export function prepare(seed: number, { plant, backend }: Options): Stage {
  seedIds(seed);
  const prng = new Prng(seed);
  const ledger = new Ledger();
  const ids = prng.fork();
  const broken = new Set(SERVER_FAULTS.filter((fault) => fault === plant));
  const faults: string[] = [];
  const modelOf = (clock: WorldClock) => model(clock, ids, broken);
  let server: Backend | undefined = backend;
  const world = new World({
    prng: prng.fork(),
    devices: prng.percent(30) ? 3 : 2,
    backend: (clock) => {
      server ??= modelOf(clock);
      return server;
    },
    onExchange: (exchange) => {
      ledger.note(exchange);
      // 503 is an answer of a server that has much to do; this one is of a server with a bug.
      const { request, answer } = exchange;
      if (answer.status === 500)
        faults.push(`${request.method} ${request.path} broke the server: ${JSON.stringify(answer.body)}`);
    },
  });
  if (!server) throw new Error("there is no server");
  const isOld = prng.percent(20);
  const unknown = new Map(isOld ? world.devices.slice(-1).map(({ appName }) => [appName, NEW_COLLECTIONS]) : []);
  Object.assign(globalThis, { landfallPlant: plant as Plant | undefined, landfallUnknown: unknown });
  if (isOld) world.note(`${world.devices.at(-1)?.name} has an old version of the app`);
  const email = backend?.email ?? "ada@example.org";
  return { world, prng, ledger, backend: server, email, userId: "", backup: null, faults };
}

function model(clock: WorldClock, ids: Prng, faults: ReadonlySet<ServerFault>): ModelServer {
  return new ModelServer({ now: () => clock.now(), newId: () => ids.uuid(), faults });
}

async function play(stage: Stage): Promise<void> {
  const { world, prng } = stage;
  for (const device of world.devices) {
    const tab = device.openTab();
    tab.landfall.auth.devSignIn({ email: stage.email }).catch(() => {});
    await world.settle();
    stage.userId ||= tab.landfall.auth.session.get().user?.id ?? "";
  }
  for (let left = 20 + prng.below(16); left > 0; left -= 1) {
    await step(stage);
    const ms = prng.pick([0, 0, 300, 1_000, 2_500, 2_500, 10_000, 35_000]);
    if (ms > 0) await world.pass(ms);
  }
}

async function step(stage: Stage): Promise<void> {
  const { world, prng } = stage;
  const device = prng.pick(world.devices);
  const kind = prng.weighted({ deed: 59, tab: 12, network: 16, server: 9, hand: 4 });
  if (kind === "network") return changeNetwork(stage, device);
  if (kind === "server") return changeServer(stage);
  const tab = device.tabs.length > 0 ? prng.pick(device.tabs) : open(stage, device);
  if (kind === "tab") return changeTabs(stage, device, tab);
  if (kind === "hand") return byHand(stage, tab);
  begin(someDeed(prng), stage, device, tab);
  // The next step may come while this one is half done.
  if (prng.percent(40)) await world.moment(prng.below(30));
  else await world.settle();
}

function someDeed(prng: Prng): Deed {
  let left = prng.below(DEEDS.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, deed] of DEEDS) {
    left -= weight;
    if (left < 0) return deed;
  }
  throw new Error("nobody knows what to do");
}

function byHand({ world, prng, email }: Stage, { landfall, name }: Tab): void {
  const what = prng.pick(["now", "pause", "resume", "signIn"] as const);
  world.note(`${name}: ${what}`);
  const done = what === "signIn" ? landfall.auth.devSignIn({ email }) : landfall.sync[what]();
  done.catch(() => {});
}
