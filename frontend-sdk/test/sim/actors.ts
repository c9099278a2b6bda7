// The actions of a simulation. Each action uses the SDK's public surface on one tab and injects no fault.

import type { Landfall } from "../../src/types";
import { newId } from "../../src/util/ids";
import type { History } from "./history";
import type { JsonObject } from "./json";
import type { Rng } from "./rng";
import type { Context } from "./simulate";
import type { Device, Tab } from "./simulation/device";
import { type DeviceRows, readDevice } from "./stored-rows";

/** Who acts on a tab. */
export interface Actor {
  device: string;
  landfall: Landfall;
  rng: Rng;
  history: History;
  /** The least characters of large texts, of which there are some; 0: there are none. */
  largeTexts: number;
  /** Reads the device's rows. */
  readRows(): Promise<DeviceRows>;
  /** Waits as long as a person does. */
  pause(ms: number): Promise<void>;
}

/** Runs the action. Resolves to a line for the trace. */
export type Action = (actor: Actor) => Promise<string>;

/** A slow line needs longer for it than a request's ordinary time limit. */
const SLOW_CHARACTERS = 100_000;
/** Before such a request is sent again, the SDK asks for its outcome. */
const ASKED_CHARACTERS = 17_000;

/** Starts an action on a tab without waiting for it. The trace gets its outcome. */
export function startAction(
  action: Action,
  { simulation, rng, history, userId, condition }: Context,
  device: Device,
  tab: Tab,
): void {
  const { landfall, name } = tab;
  const readRows = () => readDevice(device, userId);
  const pause = (ms: number) => tab.pause(ms);
  const largeTexts = device.line ? SLOW_CHARACTERS : condition?.name === "older server" ? ASKED_CHARACTERS : 0;
  action({ device: device.name, landfall, rng: rng.fork(), history, largeTexts, readRows, pause }).then(
    (what) => simulation.note(`${name}: ${what}`),
    (error: unknown) => simulation.note(`${name}: ${action.name} failed: ${String(error)}`),
  );
}

/** The methods of a collection that the actions need. */
interface Rows {
  put(row: JsonObject): Promise<unknown>;
  get(key: string): Promise<JsonObject | undefined>;
  delete(key: string): Promise<void>;
}

/** Which members of a collection hold words, and which hold keys of other rows. */
interface Shape {
  words: readonly string[];
  links: Readonly<Record<string, string>>;
  /** Links without which the server rejects the row. */
  required: readonly string[];
}

const SHAPES: Readonly<Record<string, Shape>> = {
  tags: { words: ["name", "description"], links: {}, required: [] },
  rules: { words: ["name", "content"], links: {}, required: [] },
  tagRuleLinks: { words: [], links: { tagId: "tags", ruleId: "rules" }, required: ["tagId", "ruleId"] },
  conversations: { words: ["title"], links: { projectId: "projects" }, required: [] },
  interactions: { words: ["response"], links: { conversationId: "conversations" }, required: ["conversationId"] },
  settings: { words: ["value"], links: {}, required: [] },
};
const COLLECTIONS = [
  "tags",
  "tags",
  "rules",
  "tagRuleLinks",
  "conversations",
  "interactions",
  "interactions",
  "settings",
];

export const ACTIONS: readonly [weight: number, action: Action][] = [
  [8, createSession],
  [6, renameSession],
  [4, deleteSession],
  [18, send],
  [18, addRow],
  [20, editRow],
  [7, deleteRow],
  [8, addProject],
  [10, editProject],
  [4, deleteProject],
  [2, restoreProject],
  [5, resolveConflict],
];

/** What users do with nothing but their own rows, such as before their first sign-in. */
export const PLAIN_ACTIONS: readonly Action[] = [
  createSession,
  createSession,
  renameSession,
  send,
  send,
  send,
  addRow,
  addRow,
  addRow,
  editRow,
  deleteRow,
  addProject,
  editProject,
];

/** Actions of some simulations only: rows made again, moves into what is deleted, excluded collections, discarded deletes, forms. */
export const RARE_ACTIONS: readonly [weight: number, action: Action][] = [
  [6, makeAgain],
  [5, moveProject],
  [5, toggleExcluded],
  [5, discardDelete],
  [8, editInForm],
];

/** Deletes a row and adds one under its key. */
async function makeAgain(actor: Actor): Promise<string> {
  const name = actor.rng.pick(["tags", "rules", "conversations"]);
  const key = await someKey(actor, name);
  const row = key ? await rowsOf(actor, name).get(key) : undefined;
  if (!key || !row) return `nothing to make again in ${name}`;
  const { words } = shapeOf(name);
  const made = Object.fromEntries(words.map((member) => [member, newWord(actor)]));
  const deleted = noteChange(actor, name, key, "delete");
  await rowsOf(actor, name).delete(key);
  deleted();
  const saved = Object.entries(made).map(([member, word]) => noteWrite(actor, name, key, member, word));
  await rowsOf(actor, name).put({ ...made, id: key });
  for (const save of saved) save();
  return `${name} ${key} is made again: ${JSON.stringify(made)}`;
}

/** Moves a project into another one and may delete that one at once. */
async function moveProject(actor: Actor): Promise<string> {
  const { landfall, history, rng } = actor;
  const [id, parentId] = [await someKey(actor, "projects"), await someKey(actor, "projects")];
  if (!id || !parentId || id === parentId) return "no project to move";
  history.noteParents("projects", id, { parentId });
  await landfall.projects.put({ id, parentId });
  if (rng.percent(50)) return `project ${id} moves to ${parentId}`;
  const saved = noteChange(actor, "projects", parentId, "delete");
  await landfall.projects.delete(parentId);
  saved();
  return `project ${id} moves to ${parentId}, which is deleted`;
}

/** Collections that an actor excludes. All are included again in the end. */
export const EXCLUDABLE = ["interactions", "tags", "projects", "chatMessages"] as const;

async function toggleExcluded({ landfall, rng }: Actor): Promise<string> {
  const name = rng.pick(EXCLUDABLE);
  const how = rng.percent(50) ? "exclude" : "include";
  await landfall.sync[how](name);
  return `${name}: ${how}`;
}

/** Opens a form and saves all of it later, when other devices may have changed the row. */
async function editInForm(actor: Actor): Promise<string> {
  const { rng, pause } = actor;
  const name = rng.pick(["tags", "rules"]);
  const key = await someKey(actor, name);
  const form = key ? await rowsOf(actor, name).get(key) : undefined;
  if (!key || !form) return `no form for one of ${name}`;
  await pause(rng.pick([1_000, 10_000, 40_000]));
  const member = rng.pick(shapeOf(name).words);
  const word = newWord(actor);
  const saved = noteWrite(actor, name, key, member, word);
  await rowsOf(actor, name).put({ ...form, [member]: word });
  saved();
  return `${name} ${key}: ${member} set to ${word} in a form`;
}

/** Discards a delete that waits. */
async function discardDelete({ landfall, rng, history, readRows }: Actor): Promise<string> {
  const deletes = (await readRows()).queue.filter(({ op }) => op === "delete");
  if (deletes.length === 0) return "no delete to discard";
  const { id, collection, key } = rng.pick(deletes);
  history.noteDecision(collection, key);
  await landfall.sync.discard(id);
  return `the delete of ${collection} ${key} is discarded`;
}

async function createSession(actor: Actor): Promise<string> {
  const { landfall, rng } = actor;
  const word = newWord(actor);
  const projectId = rng.percent(40) ? await someKey(actor, "projects") : null;
  const { id } = await landfall.chat.createSession({ title: word, projectId });
  noteWrite(actor, "chatSessions", id, "title", word)();
  return `chat ${id} ${word}`;
}

async function renameSession(actor: Actor): Promise<string> {
  const id = await someKey(actor, "chatSessions");
  if (!id) return "no chat to rename";
  const word = newWord(actor);
  // By the word's number, so that the same seed draws the same actions.
  const member = Number.parseInt(word.slice(1), 10) % 3 === 0 ? "metadata" : "title";
  const saved = noteWrite(actor, "chatSessions", id, member, word);
  await actor.landfall.chat.updateSession(id, member === "title" ? { title: word } : { metadata: { note: word } });
  saved();
  return `chat ${id}: ${member} set to ${word}`;
}

async function deleteSession(actor: Actor): Promise<string> {
  const id = await someKey(actor, "chatSessions");
  if (!id) return "no chat to delete";
  const saved = noteChange(actor, "chatSessions", id, "delete");
  await actor.landfall.chat.deleteSession(id);
  saved();
  return `chat ${id} deleted`;
}

export async function send(actor: Actor): Promise<string> {
  const { landfall, history } = actor;
  const sessionId = await someKey(actor, "chatSessions");
  if (!sessionId) return "no chat to write in";
  const word = newWord(actor);
  const { id } = await landfall.chat.send(sessionId, { role: "user", content: word + padding(actor) });
  history.noteParents("chatMessages", id, { sessionId });
  noteWrite(actor, "chatMessages", id, "content", word)();
  return `message ${word} in ${sessionId}`;
}

async function addRow(actor: Actor): Promise<string> {
  return addRowTo(actor, actor.rng.pick(COLLECTIONS));
}

export async function addRowTo(actor: Actor, name: string): Promise<string> {
  const { rng, history } = actor;
  const shape = shapeOf(name);
  const links: JsonObject = {};
  for (const [member, collection] of Object.entries(shape.links)) {
    const key = await someKey(actor, collection);
    if (key) links[member] = key;
    else if (shape.required.includes(member)) return `no parent for one of ${name}`;
  }
  // Settings have the same keys on every device.
  const key = name === "settings" ? rng.pick(["colour", "size"]) : newId();
  const words = Object.fromEntries(shape.words.map((member) => [member, newWord(actor)]));
  // Some rows share a name, so that name conflicts happen.
  const sharedName: JsonObject =
    words.name !== undefined && rng.percent(10) ? { name: rng.pick(["harbour", "tide"]) } : {};
  const row: JsonObject = {
    ...words,
    ...sharedName,
    ...links,
    ...(name === "interactions" && { index: rng.below(5) }),
  };
  history.noteParents(name, key, row);
  const followed = Object.entries(words).filter(([member]) => !(member in sharedName));
  const saved = followed.map(([member, word]) => noteWrite(actor, name, key, member, word));
  await rowsOf(actor, name).put({ ...row, [keyOf(name)]: key });
  for (const save of saved) save();
  return `${name} ${key}: ${JSON.stringify(row)}`;
}

async function editRow(actor: Actor): Promise<string> {
  const { landfall, rng } = actor;
  const name = rng.pick(COLLECTIONS);
  const key = await someKey(actor, name);
  const { words } = shapeOf(name);
  if (!key || words.length === 0) return `nothing to edit in ${name}`;
  const member = rng.pick(words);
  const word = newWord(actor);
  const saved = noteWrite(actor, name, key, member, word);
  const rows = rowsOf(actor, name);
  const done = await landfall.transaction(async () => {
    const row = await rows.get(key);
    if (row) await rows.put({ ...row, [member]: word });
    return row !== undefined;
  });
  if (!done) return `${name} ${key} does not exist`;
  saved();
  return `${name} ${key}: ${member} set to ${word}`;
}

/** Writes the description of a tag, which it adds where there is none. */
export async function describeTag(actor: Actor, id: string): Promise<string> {
  const { tags } = actor.landfall.collections;
  const before = (await tags.get(id)) ?? { id, name: id };
  const description = newWord(actor);
  const saved = noteWrite(actor, "tags", id, "description", description);
  await tags.put({ ...before, description });
  saved();
  return `tags ${id}: description set to ${description}`;
}

/** Deletes a tag, if the device has it. */
export async function deleteTag({ landfall, history, device }: Actor, id: string): Promise<string> {
  if (!(await landfall.collections.tags.get(id))) return `tags ${id} is not here`;
  const saved = history.noteChange({ device, collection: "tags", key: id, member: "", word: "", kind: "delete" });
  await landfall.collections.tags.delete(id);
  saved();
  return `tags ${id} deleted`;
}

/** Deletes a row of any collection that has rows. */
export async function deleteSomething(actor: Actor): Promise<string> {
  const { rows } = await actor.readRows();
  const names = [...rows.keys()].filter((name) => rows.get(name)?.size && (name in SHAPES || name in DELETES)).sort();
  if (names.length === 0) return "nothing to delete";
  const name = actor.rng.pick(names);
  return DELETES[name]?.(actor) ?? deleteOne(actor, name);
}

const DELETES: Readonly<Record<string, Action>> = { chatSessions: deleteSession, projects: deleteProject };

async function deleteRow(actor: Actor): Promise<string> {
  return deleteOne(actor, actor.rng.pick(COLLECTIONS));
}

async function deleteOne(actor: Actor, name: string): Promise<string> {
  const key = await someKey(actor, name);
  if (!key) return `nothing to delete in ${name}`;
  const saved = noteChange(actor, name, key, "delete");
  await rowsOf(actor, name).delete(key);
  saved();
  return `${name} ${key} deleted`;
}

async function addProject(actor: Actor): Promise<string> {
  const { landfall, rng, history } = actor;
  const [name, note] = [newWord(actor), newWord(actor)];
  const parentId = rng.percent(50) ? await someKey(actor, "projects") : null;
  const id = newId();
  history.noteParents("projects", id, { parentId });
  const saved = [noteWrite(actor, "projects", id, "name", name), noteWrite(actor, "projects", id, "data", note)];
  await landfall.projects.put({ id, name, data: { note: note + padding(actor) }, parentId });
  for (const save of saved) save();
  return `project ${id} ${name} ${note} in ${parentId ?? "nothing"}`;
}

async function editProject(actor: Actor): Promise<string> {
  const { landfall, rng, history } = actor;
  const id = await someKey(actor, "projects");
  if (!id) return "no project to edit";
  if (rng.percent(15)) {
    const parentId = rng.percent(30) ? null : await someKey(actor, "projects");
    history.noteParents("projects", id, { parentId });
    await landfall.projects.put({ id, parentId });
    return `project ${id} moves to ${parentId ?? "the top"}`;
  }
  const member = rng.pick(["name", "data"] as const);
  const word = newWord(actor);
  const saved = noteWrite(actor, "projects", id, member, word);
  await landfall.projects.put(member === "name" ? { id, name: word } : { id, data: { note: word + padding(actor) } });
  saved();
  return `project ${id}: ${member} set to ${word}`;
}

async function deleteProject(actor: Actor): Promise<string> {
  const id = await someKey(actor, "projects");
  if (!id) return "no project to delete";
  const saved = noteChange(actor, "projects", id, "delete");
  await actor.landfall.projects.delete(id);
  saved();
  return `project ${id} deleted`;
}

async function restoreProject(actor: Actor): Promise<string> {
  const { landfall, rng, history } = actor;
  const deleted = (await landfall.projects.listDeleted()).map(({ id }) => id).sort();
  if (deleted.length === 0) return "no project to restore";
  const id = rng.pick(deleted);
  history.noteDecision("projects", id);
  const saved = noteChange(actor, "projects", id, "restore");
  await landfall.projects.restore(id);
  saved();
  return `project ${id} is restored`;
}

/** Resolves one open conflict. */
async function resolveConflict({ landfall, rng, history, readRows }: Actor): Promise<string> {
  const open = (await readRows()).conflicts;
  if (open.length === 0) return "no conflict to untilIdle";
  const { collection, key } = rng.pick(open);
  const side = rng.pick(["mine", "theirs"] as const);
  history.noteDecision(collection, key);
  await landfall.conflicts.resolve({ collection, key }, side);
  return `conflict about ${collection} ${key}: ${side}`;
}

function newWord({ history, device }: Actor): string {
  return history.word(device);
}

/** What makes a text large, without words. */
function padding({ largeTexts, rng }: Actor): string {
  return largeTexts > 0 && rng.percent(15) ? "~".repeat(largeTexts + rng.below(largeTexts)) : "";
}

/** Records a change before it is made. The returned function records that it is saved. */
function noteChange(
  { history, device }: Actor,
  collection: string,
  key: string,
  kind: "delete" | "restore",
): () => void {
  return history.noteChange({ device, collection, key, member: "", word: "", kind });
}

function noteWrite({ history, device }: Actor, collection: string, key: string, member: string, word: string) {
  return history.noteChange({ device, collection, key, member, word, kind: "write" });
}

async function someKey({ readRows, rng }: Actor, collection: string): Promise<string | null> {
  const rows = (await readRows()).rows.get(collection);
  const keys = [...(rows?.keys() ?? [])].sort();
  return keys.length > 0 ? rng.pick(keys) : null;
}

function shapeOf(name: string): Shape {
  const shape = SHAPES[name];
  if (!shape) throw new Error(`there is no shape for ${name}`);
  return shape;
}

function rowsOf({ landfall }: Actor, name: string): Rows {
  return landfall.collections[name as keyof Landfall["collections"]] as unknown as Rows;
}

function keyOf(name: string): string {
  return name === "settings" ? "key" : "id";
}
