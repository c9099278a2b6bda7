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
  for (const tab of simulation.devices.flatMap(({ tabs }) => tabs)) tab.crashAfter(Number.POSITIVE_INFINITY);
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

function tabOf(context: Context, device: Device): Tab {
  return device.awake[0] ?? openTab(context, device);
}

/** Waits for work that needs no time. */
async function done<T>({ simulation }: Context, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  await simulation.untilIdle();
  return work;
}
