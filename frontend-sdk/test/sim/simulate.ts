// One simulation: random actions and faults, then quiescence, then the invariants. Every choice comes from the seed.

import { FAULTS, type Fault } from "../../src/faults";
import { ACTIONS, type Action, RARE_ACTIONS, startAction } from "./actors";
import { beginCondition, type Condition, conditionOf, disturb } from "./conditions";
import {
  editWhileUnanswered,
  failPushes,
  forgetAnswer,
  injectNetworkFault,
  injectServerFault,
  injectTabFault,
  openTab,
  writeInNewLife,
} from "./faults";
import { History } from "./history";
import { checkInvariants } from "./invariants";
import { ModelServer, SERVER_FAULTS, type ServerFault } from "./model/server";
import { reachQuiescence } from "./quiescence";
import { Rng } from "./rng";
import { runScenario, saveOldForm, thawWithOldAnswer } from "./scenarios";
import { seedIds } from "./seeded-uuid";
import type { SimulationClock } from "./simulation/clock";
import type { Tab } from "./simulation/device";
import type { Backend } from "./simulation/network";
import { Simulation } from "./simulation/simulation";

/** The known faults of the SDK and of the model server. */
export const ALL_FAULTS = [...FAULTS, ...SERVER_FAULTS] as const;

export interface Verdict {
  seed: number;
  /** The violated invariants. Empty in a correct run. */
  violations: string[];
  /** What happened, one line per event. */
  trace: string[];
}

export interface Options {
  /** One of `ALL_FAULTS`. */
  fault?: string;
  /** A real server in place of the model, and the email that signs in there. */
  backend?: Backend & { readonly email: string };
  /** Whether about half of the seeds have a condition, and tabs can be frozen. Default: true. */
  conditions?: boolean;
}

/** The parts of a running simulation. */
export interface Context {
  simulation: Simulation;
  rng: Rng;
  history: History;
  backend: Backend;
  email: string;
  /** Whether actors also do what few users do. */
  rare: boolean;
  /** What is unusual in this simulation, if anything is. */
  condition: Condition | null;
  /** Set after the first sign-in. */
  userId: string;
  /** The last backup of the server, or null. */
  backup: unknown;
  /** The violations found so far. */
  violations: string[];
}

/** Each makes a generator of its own from the seed, so that its choice shifts no other. */
const [SCENARIO, RARE, NEW_LIFE, FORGOTTEN] = [0x5eed, 0xa002, 0x11f4, 0xf026];
const [FAILING, FORM, THAW] = [0xfa11, 0xf023, 0x7a30];

/** Collections that an old version of the application does not know. */
const NEW_COLLECTIONS = ["conversations", "interactions"];

export async function simulate(seed: number, options: Options = {}): Promise<Verdict> {
  const context = setUp(seed, options);
  const { simulation, violations } = context;
  try {
    await run(context);
    if (new Rng(seed ^ SCENARIO).percent(25)) await editWhileUnanswered(context);
    if (options.conditions !== false && new Rng(seed ^ NEW_LIFE).percent(15)) await writeInNewLife(context);
    await runScenario(context, seed);
    if (options.conditions !== false && new Rng(seed ^ FORGOTTEN).percent(10)) await forgetAnswer(context);
    if (options.conditions !== false && new Rng(seed ^ FAILING).percent(5)) await failPushes(context);
    if (options.conditions !== false && new Rng(seed ^ FORM).percent(5)) await saveOldForm(context);
    if (options.conditions !== false && new Rng(seed ^ THAW).percent(5)) await thawWithOldAnswer(context);
    violations.push(...checkInvariants({ history: context.history, ...(await reachQuiescence(context)) }));
    violations.push(...simulation.unhandled.map((error) => `unhandled: ${String(error)}`));
  } catch (error) {
    violations.push(`the simulation failed: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await simulation.teardown();
    Object.assign(globalThis, { landfallFault: undefined, landfallUnknown: undefined });
  }
  return { seed, violations, trace: simulation.trace };
}

/** Creates a simulation before its first step. */
export function setUp(seed: number, { fault, backend, conditions = true }: Options): Context {
  seedIds(seed);
  const rng = new Rng(seed);
  const history = new History();
  const ids = rng.fork();
  const faults = new Set(SERVER_FAULTS.filter((name) => name === fault));
  const violations: string[] = [];
  const context = { userId: "", backup: null } as unknown as Context;
  const modelOf = (clock: SimulationClock) => model(clock, ids, faults);
  let server: Backend | undefined = backend;
  const simulation = new Simulation({
    rng: rng.fork(),
    devices: rng.percent(30) ? 3 : 2,
    backend: (clock) => {
      server ??= modelOf(clock);
      return server;
    },
    onExchange: (exchange) => {
      const { expectedUser } = exchange.request;
      if (expectedUser === null || expectedUser === context.userId) history.note(exchange);
      // 503 is the answer of a busy server. 500 is the answer of a server with a bug.
      const { request, answer } = exchange;
      if (answer.status === 500)
        violations.push(`${request.method} ${request.path} made the server fail: ${JSON.stringify(answer.body)}`);
    },
  });
  if (!server) throw new Error("there is no server");
  const isOld = rng.percent(20);
  const unknown = new Map(isOld ? simulation.devices.slice(-1).map(({ appName }) => [appName, NEW_COLLECTIONS]) : []);
  Object.assign(globalThis, { landfallFault: fault as Fault | undefined, landfallUnknown: unknown });
  if (isOld) simulation.note(`${simulation.devices.at(-1)?.name} has an old version of the app`);
  const email = backend?.email ?? "ada@example.org";
  const rare = new Rng(seed ^ RARE).percent(30);
  const condition = conditions ? conditionOf(seed) : null;
  Object.assign(context, { simulation, rng, history, backend: server, email, rare, condition, violations });
  return context;
}

function model(clock: SimulationClock, ids: Rng, faults: ReadonlySet<ServerFault>): ModelServer {
  return new ModelServer({ now: () => clock.now(), newId: () => ids.uuid(), faults });
}

async function run(context: Context): Promise<void> {
  const { simulation, rng } = context;
  await beginCondition(context);
  for (const device of simulation.devices) {
    if (device.guest) continue;
    const tab = device.openTab();
    tab.landfall.auth.devSignIn({ email: context.email }).catch(() => {});
    if (device.line) await simulation.advance(10_000);
    else await simulation.untilIdle();
    context.userId ||= tab.landfall.auth.session.get().user?.id ?? "";
  }
  for (let left = 20 + rng.below(16); left > 0; left -= 1) {
    disturb(context);
    await step(context);
    const ms = rng.pick([0, 0, 300, 1_000, 2_500, 2_500, 10_000, 35_000]);
    if (ms > 0) await simulation.advance(ms);
    else await simulation.runTurns(1);
  }
}

async function step(context: Context): Promise<void> {
  const { simulation, rng } = context;
  const device = rng.pick(simulation.devices);
  const kind = rng.weighted({ action: 59, tab: 12, network: 16, server: 9, sync: 4 });
  if (kind === "network") return injectNetworkFault(context, device);
  if (kind === "server") return injectServerFault(context);
  const tab = device.awake.length > 0 ? rng.pick(device.awake) : openTab(context, device);
  if (kind === "tab") return injectTabFault(context, device, tab);
  if (kind === "sync") return callSyncMethod(context, tab);
  startAction(randomAction(context), context, device, tab);
  // The next step may start before this action is complete.
  if (rng.percent(40)) await simulation.runTurns(rng.below(30));
  else await simulation.untilIdle();
}

function randomAction({ rng, rare }: Context): Action {
  const actions = rare ? [...ACTIONS, ...RARE_ACTIONS] : ACTIONS;
  let left = rng.below(actions.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, action] of actions) {
    left -= weight;
    if (left < 0) return action;
  }
  throw new Error("the weights are wrong");
}

function callSyncMethod({ simulation, rng, email }: Context, { landfall, name }: Tab): void {
  const what = rng.pick(["now", "pause", "resume", "signIn"] as const);
  simulation.note(`${name}: ${what}`);
  const done = what === "signIn" ? landfall.auth.devSignIn({ email }) : landfall.sync[what]();
  done.catch(() => {});
}
