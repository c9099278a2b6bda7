// What some simulations do after their random steps: courses of events that random steps seldom meet. Nothing disturbs them, so the end is known, and the
// invariants compare the server's rows with it.

import { newId } from "../../src/util/ids";
import { connectAll, openTab } from "./faults";
import type { JsonObject } from "./json";
import { Rng } from "./rng";
import type { Context } from "./simulate";
import type { Device, Tab } from "./simulation/device";
import { NO_FAULTS } from "./simulation/network";
import { exactNumber } from "./wire";

/** A number that JavaScript rounds. */
const LARGE = exactNumber("9007199254740993");

/** The request is under way then, and a late answer is not there yet. */
const BEFORE_ANSWER_MS = 150;

/** A generator of its own, so that the choice shifts no other. */
export const SALT = 0x5ce9a;

/** A third of the simulations have one. */
export function scenarioOf(rng: Rng): "none" | keyof typeof SCENARIOS {
  return rng.weighted({ none: 66, names: 12, move: 11, number: 11 });
}

export async function runScenario(context: Context, seed: number): Promise<void> {
  const rng = new Rng(seed ^ SALT);
  const scenario = scenarioOf(rng);
  if (scenario === "none") return;
  const { simulation } = context;
  for (const tab of simulation.devices.flatMap(({ tabs }) => tabs)) {
    tab.crashAfter(Number.POSITIVE_INFINITY);
    // A tab that is about to be frozen would never end what the scenario waits for.
    if (!tab.frozen) tab.unfreeze();
  }
  simulation.note(`scenario: ${scenario}`);
  await connectAll(context);
  await SCENARIOS[scenario]({ ...context, rng }, rng.pick(simulation.devices));
}

const SCENARIOS = { names: handOnName, move: deleteAroundMove, number: editBesideNumber };

/** A name is given to a new row while the server decides, and its holder is renamed or deleted, in one queue. */
async function handOnName(context: Context, device: Device): Promise<void> {
  const { simulation, rng, history } = context;
  const { tags } = tabOf(context, device).landfall.collections;
  const [holder, heir, name] = [newId(), newId(), history.word(device.name)];
  await done(context, tags.put({ id: holder, name }));
  await connectAll(context);
  const late = rng.percent(70);
  if (late) simulation.network.faultRates = { ...NO_FAULTS, lateAnswer: 100 };
  else device.offline = true;
  simulation.note(`${device.name} gives the name ${name} to another tag; ${late ? "answers are late" : "offline"}`);
  await done(context, tags.put({ id: heir, name }));
  if (late) await simulation.advance(rng.pick([0, BEFORE_ANSWER_MS]));
  if (rng.percent(50)) {
    await done(context, tags.delete(holder));
    history.expect("tags", holder, null);
  } else {
    const other = history.word(device.name);
    await done(context, tags.update(holder, { name: other }));
    history.expect("tags", holder, { name: other });
  }
  history.expect("tags", heir, { name });
}

/** A project is moved out of one that is deleted, or into it, before any of it is sent. */
async function deleteAroundMove(context: Context, device: Device): Promise<void> {
  const { simulation, rng, history } = context;
  const { projects } = tabOf(context, device).landfall;
  const [box, other, moved] = [newId(), newId(), newId()];
  const isIn = rng.percent(50);
  for (const id of [box, other]) await done(context, projects.put({ id, name: history.word(device.name) }));
  await done(context, projects.put({ id: moved, name: history.word(device.name), parentId: isIn ? box : other }));
  await connectAll(context);
  device.offline = true;
  simulation.note(`${device.name} moves ${moved} ${isIn ? "out of" : "into"} ${box}, which it deletes`);
  await done(context, projects.put({ id: moved, parentId: isIn ? other : box }));
  await done(context, projects.delete(box));
  history.expect("projects", box, null);
  history.expect("projects", moved, isIn ? { parentId: other } : null);
}

/** Another application has stored a number that JavaScript rounds. An edit beside it keeps it. */
async function editBesideNumber(context: Context, device: Device): Promise<void> {
  const { simulation, history, backend, email } = context;
  const { projects } = tabOf(context, device).landfall;
  const [id, name] = [newId(), history.word("X")];
  const ask = async (path: string, token: string | null, body: JsonObject) => {
    const place = { method: "POST", path, query: new URLSearchParams() };
    const answer = await backend.answer({ ...place, body, token, expectedUser: null, ifNoneMatch: null });
    if (answer.status !== 200) throw new Error(`POST ${path} was answered ${answer.status}`);
    return answer.body as JsonObject;
  };
  const { token } = await ask("/api/auth/dev/sign-in", null, { email });
  const value = { name, data: { size: LARGE, note: history.word("X") } };
  const mutation = { id: 1, collection: "projects", op: "put", key: id, baseRevision: 0, value };
  const place = { cursor: null, collections: ["projects"], limit: 1 };
  await ask("/api/sync", String(token), { clientId: newId(), schemaVersion: 2, ...place, mutations: [mutation] });
  simulation.note(`another application stores project ${id}`);
  await connectAll(context);
  const row = await done(context, projects.get(id));
  if (!row) return;
  const note = history.word(device.name);
  simulation.note(`${device.name} sets the note of ${id} to ${note}`);
  await done(context, projects.put({ id, data: { ...row.data, note } }));
  history.expect("projects", id, { name, data: { size: LARGE, note } });
}

/** A form is opened, another device changes another member of the row, and the form is saved after the pull. Both changes stay. */
export async function saveOldForm(context: Context): Promise<void> {
  const { simulation, history } = context;
  const rng = new Rng(context.rng.below(2 ** 32));
  const device = rng.pick(simulation.devices);
  const other = rng.pick(simulation.devices.filter((one) => one !== device));
  await connectAll(context);
  const { tags } = tabOf(context, device).landfall.collections;
  const id = newId();
  const [before, description, name] = [history.word(device.name), history.word(other.name), history.word(device.name)];
  await done(context, tags.put({ id, name: before, description: history.word(device.name) }));
  await connectAll(context);
  const form = await done(context, tags.get(id));
  const there = tabOf(context, other).landfall.collections.tags;
  if (!form || !(await done(context, there.get(id)))) return;
  await done(context, there.update(id, { description }));
  await connectAll(context);
  simulation.note(`${device.name} saves the form of ${id} that it opened before: ${name}`);
  await done(context, tags.put({ ...form, name }));
  history.expect("tags", id, { name, description });
}

/** The leading tab is frozen before the answer to an edit, another tab goes on and edits the row again, and the first one continues with its old answer. */
export async function thawWithOldAnswer(context: Context): Promise<void> {
  const { simulation, history } = context;
  const device = new Rng(context.rng.below(2 ** 32)).pick(simulation.devices);
  await connectAll(context);
  for (const tab of [...device.tabs]) tab.crash();
  const leader = openTab(context, device);
  await simulation.advance(5_000);
  const id = newId();
  const edit = (tab: Tab, name: string) => done(context, tab.landfall.projects.put({ id, name }));
  await edit(leader, history.word(device.name));
  await connectAll(context);
  const other = openTab(context, device);
  await simulation.advance(2_000);
  leader.freezeAtAnswer();
  await edit(leader, history.word(device.name));
  await simulation.advance(25_000);
  await edit(other, history.word(device.name));
  await simulation.advance(5_000);
  device.offline = true;
  simulation.note(`${device.name} has no network`);
  leader.unfreeze();
  await simulation.advance(1_000);
  const name = history.word(device.name);
  simulation.note(`${other.name} renames project ${id} to ${name}`);
  await edit(other, name);
  history.expect("projects", id, { name });
}

function tabOf(context: Context, device: Device): Tab {
  return device.awake[0] ?? openTab(context, device);
}

/** Waits for work that needs no time. */
async function done<T>({ simulation }: Context, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  await simulation.untilIdle();
  return work;
}
