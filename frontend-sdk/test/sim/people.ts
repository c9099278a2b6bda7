// What people do at a device through the SDK's public surface: each deed is one thing that somebody wants. It knows nothing of faults.

import { newId } from "../../src/ids";
import type { Landfall } from "../../src/types";
import type { Ledger } from "./intentions";
import type { JsonObject } from "./json";
import type { Prng } from "./prng";
import type { Stage } from "./simulate";
import { type DeviceView, viewOfDevice } from "./view";
import type { Device, Tab } from "./world/device";

/** Somebody at a tab. */
export interface Person {
  device: string;
  landfall: Landfall;
  prng: Prng;
  ledger: Ledger;
  /** What is on the device. */
  look(): Promise<DeviceView>;
}

/** Does it and says what it was. */
export type Deed = (person: Person) => Promise<string>;

/** Somebody at the tab sets about it; the trace says what came of it. */
export function begin(deed: Deed, { world, prng, ledger, userId }: Stage, device: Device, tab: Tab): void {
  const { landfall, name } = tab;
  const look = () => viewOfDevice(device, userId);
  deed({ device: device.name, landfall, prng: prng.fork(), ledger, look }).then(
    (what) => world.note(`${name}: ${what}`),
    (error: unknown) => world.note(`${name}: ${deed.name} was refused: ${String(error)}`),
  );
}

/** A collection as people see it, whichever it is. */
interface Rows {
  put(row: JsonObject): Promise<unknown>;
  get(key: string): Promise<JsonObject | undefined>;
  delete(key: string): Promise<void>;
}

/** Which of a collection's members hold words, and which name other rows. */
interface Form {
  words: readonly string[];
  links: Readonly<Record<string, string>>;
  /** A row is nothing without what these name. */
  required: readonly string[];
}

const FORMS: Readonly<Record<string, Form>> = {
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

export const DEEDS: readonly [weight: number, deed: Deed][] = [
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
  [5, decide],
];

async function createSession(person: Person): Promise<string> {
  const { landfall, prng } = person;
  const word = newWord(person);
  const projectId = prng.percent(40) ? await someKey(person, "projects") : null;
  const { id } = await landfall.chat.createSession({ title: word, projectId });
  wantWord(person, "chatSessions", id, "title", word)();
  return `chat ${id} ${word}`;
}

async function renameSession(person: Person): Promise<string> {
  const id = await someKey(person, "chatSessions");
  if (!id) return "no chat to rename";
  const word = newWord(person);
  const saved = wantWord(person, "chatSessions", id, "title", word);
  await person.landfall.chat.renameSession(id, word);
  saved();
  return `chat ${id} becomes ${word}`;
}

async function deleteSession(person: Person): Promise<string> {
  const id = await someKey(person, "chatSessions");
  if (!id) return "no chat to delete";
  const saved = want(person, "chatSessions", id, "delete");
  await person.landfall.chat.deleteSession(id);
  saved();
  return `chat ${id} is deleted`;
}

async function send(person: Person): Promise<string> {
  const { landfall, ledger } = person;
  const sessionId = await someKey(person, "chatSessions");
  if (!sessionId) return "no chat to write in";
  const word = newWord(person);
  const { id } = await landfall.chat.send(sessionId, { role: "user", content: word });
  ledger.know("chatMessages", id, { sessionId });
  wantWord(person, "chatMessages", id, "content", word)();
  return `message ${word} in ${sessionId}`;
}

async function addRow(person: Person): Promise<string> {
  const { prng, ledger } = person;
  const name = prng.pick(COLLECTIONS);
  const form = formOf(name);
  const links: JsonObject = {};
  for (const [member, collection] of Object.entries(form.links)) {
    const key = await someKey(person, collection);
    if (key) links[member] = key;
    else if (form.required.includes(member)) return `nothing that one of ${name} could be part of`;
  }
  // A setting's key is what it is about, the same on every device.
  const key = name === "settings" ? prng.pick(["colour", "size"]) : newId();
  const words = Object.fromEntries(form.words.map((member) => [member, newWord(person)]));
  // Names meet now and then.
  const met: JsonObject = words.name !== undefined && prng.percent(10) ? { name: prng.pick(["harbour", "tide"]) } : {};
  const row: JsonObject = { ...words, ...met, ...links, ...(name === "interactions" && { index: prng.below(5) }) };
  ledger.know(name, key, row);
  const followed = Object.entries(words).filter(([member]) => !(member in met));
  const saved = followed.map(([member, word]) => wantWord(person, name, key, member, word));
  await rowsOf(person, name).put({ ...row, [keyOf(name)]: key });
  for (const save of saved) save();
  return `${name} ${key}: ${JSON.stringify(row)}`;
}

async function editRow(person: Person): Promise<string> {
  const { landfall, prng } = person;
  const name = prng.pick(COLLECTIONS);
  const key = await someKey(person, name);
  const { words } = formOf(name);
  if (!key || words.length === 0) return `nothing to edit in ${name}`;
  const member = prng.pick(words);
  const word = newWord(person);
  const saved = wantWord(person, name, key, member, word);
  const rows = rowsOf(person, name);
  const done = await landfall.transaction(async () => {
    const row = await rows.get(key);
    if (row) await rows.put({ ...row, [member]: word });
    return row !== undefined;
  });
  if (!done) return `${name} ${key} is gone`;
  saved();
  return `${name} ${key}: ${member} becomes ${word}`;
}

/** Deletes a row of whatever there is. */
export async function deleteSomething(person: Person): Promise<string> {
  const { rows } = await person.look();
  const names = [...rows.keys()].filter((name) => rows.get(name)?.size && (name in FORMS || name in DELETES)).sort();
  if (names.length === 0) return "nothing to delete";
  const name = person.prng.pick(names);
  return DELETES[name]?.(person) ?? deleteOne(person, name);
}

const DELETES: Readonly<Record<string, Deed>> = { chatSessions: deleteSession, projects: deleteProject };

async function deleteRow(person: Person): Promise<string> {
  return deleteOne(person, person.prng.pick(COLLECTIONS));
}

async function deleteOne(person: Person, name: string): Promise<string> {
  const key = await someKey(person, name);
  if (!key) return `nothing to delete in ${name}`;
  const saved = want(person, name, key, "delete");
  await rowsOf(person, name).delete(key);
  saved();
  return `${name} ${key} is deleted`;
}

async function addProject(person: Person): Promise<string> {
  const { landfall, prng, ledger } = person;
  const [name, note] = [newWord(person), newWord(person)];
  const parentId = prng.percent(50) ? await someKey(person, "projects") : null;
  const id = newId();
  ledger.know("projects", id, { parentId });
  const saved = [wantWord(person, "projects", id, "name", name), wantWord(person, "projects", id, "data", note)];
  await landfall.projects.put({ id, name, data: { note }, parentId });
  for (const save of saved) save();
  return `project ${id} ${name} ${note} in ${parentId ?? "nothing"}`;
}

async function editProject(person: Person): Promise<string> {
  const { landfall, prng, ledger } = person;
  const id = await someKey(person, "projects");
  if (!id) return "no project to edit";
  if (prng.percent(15)) {
    const parentId = prng.percent(30) ? null : await someKey(person, "projects");
    ledger.know("projects", id, { parentId });
    await landfall.projects.put({ id, parentId });
    return `project ${id} moves to ${parentId ?? "the top"}`;
  }
  const member = prng.pick(["name", "data"] as const);
  const word = newWord(person);
  const saved = wantWord(person, "projects", id, member, word);
  await landfall.projects.put(member === "name" ? { id, name: word } : { id, data: { note: word } });
  saved();
  return `project ${id}: ${member} becomes ${word}`;
}

async function deleteProject(person: Person): Promise<string> {
  const id = await someKey(person, "projects");
  if (!id) return "no project to delete";
  const saved = want(person, "projects", id, "delete");
  await person.landfall.projects.delete(id);
  saved();
  return `project ${id} is deleted`;
}

async function restoreProject(person: Person): Promise<string> {
  const { landfall, prng, ledger } = person;
  const deleted = (await landfall.projects.listDeleted()).map(({ id }) => id).sort();
  if (deleted.length === 0) return "no project to restore";
  const id = prng.pick(deleted);
  ledger.decide("projects", id);
  const saved = want(person, "projects", id, "restore");
  await landfall.projects.restore(id);
  saved();
  return `project ${id} is restored`;
}

/** Opens the inbox of conflicts and settles one. */
async function decide({ landfall, prng, ledger, look }: Person): Promise<string> {
  const open = (await look()).conflicts;
  if (open.length === 0) return "no conflict to settle";
  const { collection, key } = prng.pick(open);
  const side = prng.pick(["mine", "theirs"] as const);
  ledger.decide(collection, key);
  await landfall.conflicts.resolve({ collection, key }, side);
  return `conflict about ${collection} ${key}: ${side}`;
}

function newWord({ ledger, device }: Person): string {
  return ledger.word(device);
}

/** Notes what is wanted; the returned function notes that it is saved. */
function want({ ledger, device }: Person, collection: string, key: string, kind: "delete" | "restore"): () => void {
  return ledger.want({ device, collection, key, member: "", word: "", kind });
}

function wantWord({ ledger, device }: Person, collection: string, key: string, member: string, word: string) {
  return ledger.want({ device, collection, key, member, word, kind: "write" });
}

async function someKey({ look, prng }: Person, collection: string): Promise<string | null> {
  const rows = (await look()).rows.get(collection);
  const keys = [...(rows?.keys() ?? [])].sort();
  return keys.length > 0 ? prng.pick(keys) : null;
}

function formOf(name: string): Form {
  const form = FORMS[name];
  if (!form) throw new Error(`nobody fills in ${name}`);
  return form;
}

function rowsOf({ landfall }: Person, name: string): Rows {
  return landfall.collections[name as keyof Landfall["collections"]] as unknown as Rows;
}

function keyOf(name: string): string {
  return name === "settings" ? "key" : "id";
}
