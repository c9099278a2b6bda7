// A device that is used before its first sign-in. Ada signs in and claims what was written, and her claim may break off. Bob may sign in on the same
// device before she comes back.

import type { AppStateRow } from "../../src/store/tables";
import { PLAIN_ACTIONS, startAction } from "./actors";
import { openTab } from "./faults";
import { wordsIn } from "./history";
import type { JsonObject } from "./json";
import type { Context } from "./simulate";
import type { Device, Tab } from "./simulation/device";
import { readDevice } from "./stored-rows";

/** The user id of the database in which a guest's rows are. */
const GUEST = "guest";

/** The most database steps of a claim before a crash. Most claims take fewer. */
const CRASH_STEPS = 400;

export async function beginAsGuest(context: Context, device: Device): Promise<void> {
  const { condition, simulation, history, email } = context;
  if (!condition) return;
  const { rng } = condition;
  device.guest = true;
  // A key with a meaning has room for one row, and a claim keeps the account's.
  for (const key of ["colour", "size"]) history.noteDecision("settings", key);
  openTab(context, device);
  await simulation.untilIdle();
  await write(context, device, 5 + rng.below(8));
  context.userId ||= await signIn(context, device, email);
  await claim(context, device, rng.percent(70));
  if (rng.percent(40)) {
    await signOut(context, device);
    await write(context, device, 3);
  }
  if (rng.percent(60)) await visitOfBob(context, device);
  await signIn(context, device, email);
  await claim(context, device, false);
}

/** Bob signs in, claims what is left, sends it and signs out. */
async function visitOfBob(context: Context, device: Device): Promise<void> {
  const { simulation, history, email } = context;
  const reserved = await wordsBegun(device);
  const id = await signIn(context, device, `bob-${email}`);
  await claim(context, device, false);
  await simulation.advance(20_000);
  const { rows } = await readDevice(device, id);
  const words = [...rows.values()].flatMap((some) => [...some.values()].flatMap(wordsIn));
  history.noteOther(words);
  const taken = words.filter((word) => reserved.has(word));
  context.violations.push(...taken.map((word) => `Bob has ${word}, which Ada has begun to claim`));
  await signOut(context, device);
}

/** The words of the rows that a user has begun to claim. */
async function wordsBegun(device: Device): Promise<ReadonlySet<string>> {
  const states = ((await device.storage.read(`${device.appName}-${GUEST}`)).get("appState") ?? []) as AppStateRow[];
  const begun = states.find(({ key }) => key === "guest.claims")?.value as { rows: JsonObject }[] | undefined;
  const names = new Set((begun ?? []).flatMap(({ rows }) => Object.keys(rows)));
  const { rows } = await readDevice(device, GUEST);
  const all = [...rows].flatMap(([name, some]) => [...some].map(([key, row]) => ({ name: `${name}:${key}`, row })));
  return new Set(all.flatMap(({ name, row }) => (names.has(name) ? wordsIn(row) : [])));
}

async function signOut(context: Context, device: Device): Promise<void> {
  const tab = tabOf(context, device);
  context.simulation.note(`${tab.name}: signs out`);
  await finish(context, tab, tab.landfall.auth.signOut({ evenIfUnsent: true }));
}

/** Waits for the work or a crash of its tab. Code that is loaded on demand takes turns that the simulation does not see. */
async function finish({ simulation }: Context, tab: Tab, work: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  for (let turns = 0; !ended && !tab.crashed && turns < 20_000; turns += 1) await simulation.runTurns(1);
  await simulation.advance(3_000);
}

async function write(context: Context, device: Device, count: number): Promise<void> {
  const { condition, simulation } = context;
  if (!condition) return;
  const { rng } = condition;
  for (let left = count; left > 0; left -= 1) {
    startAction(rng.pick(PLAIN_ACTIONS), { ...context, rng, userId: GUEST }, device, tabOf(context, device));
    await simulation.untilIdle();
  }
}

/** Returns the user id. */
async function signIn(context: Context, device: Device, email: string): Promise<string> {
  const { simulation } = context;
  const tab = tabOf(context, device);
  const { landfall, name } = tab;
  simulation.note(`${name}: ${email} signs in`);
  await finish(context, tab, landfall.auth.devSignIn({ email }));
  return landfall.auth.session.get().user?.id ?? "";
}

async function claim(context: Context, device: Device, breaksOff: boolean): Promise<void> {
  const { condition, simulation } = context;
  const tab = tabOf(context, device);
  if (breaksOff) tab.crashAfter(condition?.rng.below(CRASH_STEPS) ?? 0);
  simulation.note(`${tab.name}: claims`);
  const claimed = tab.landfall.guest.claim().then(
    (counts) => simulation.note(`${tab.name}: claimed ${JSON.stringify(counts)}`),
    (error: unknown) => simulation.note(`${tab.name}: the claim failed: ${String(error)}`),
  );
  await finish(context, tab, claimed);
  tab.crashAfter(Number.POSITIVE_INFINITY);
  tabOf(context, device);
  await simulation.advance(3_000);
}

/** A tab of the device. A crashed browser is opened again. */
function tabOf(context: Context, device: Device): Tab {
  return device.tabs[0] ?? openTab(context, device);
}
