// Seals what a user's requests send, and opens what their answers bring. The tables and the queue of the device have rows in clear text, so that
// queries, merges and conflicts know nothing of sealing.

import type { CallOptions, Http, HttpRequest } from "../http/client";
import type { Outcome } from "../http/outcome";
import { AppState, type UserState } from "../store/app-state";
import { nameOf } from "../store/entries";
import type { UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import type { SyncChange, SyncMutation, SyncResult } from "../types/wire";
import { openRow, type Reading, sealRow } from "./codec";
import type { DataKey } from "./envelope";
import { isRecord, RECORD_KEY } from "./record";
import type { SealingStore } from "./state";

/** An envelope is a third larger than its text, and has members of its own. */
const ENVELOPE_BYTES = 512;

export interface WireParts {
  db: UserDatabase;
  store: SealingStore;
  /** Collections that the application seals. */
  whole: ReadonlySet<string>;
  /** Collections that are pulled only while the device is open. */
  sealedNames: readonly string[];
  /** Runs before each request: everything that was pulled before is stored. */
  beforeRequest(): Promise<void>;
}

/** Replaces the method by which a user's requests are sent. Returns the one before. */
export function sealRequests(http: Http, parts: WireParts): Http["call"] {
  const call: Http["call"] = http.call.bind(http);
  http.call = async <T>(request: HttpRequest, options: CallOptions<T>): Promise<Outcome<T>> => {
    if (!request.url.startsWith("/api/sync")) return call(request, options);
    try {
      await parts.beforeRequest();
      const { current } = await parts.store.known();
      const outcome = await call(await sealed(parts, request, current), options);
      if (outcome.kind === "ok") await openAnswer(parts, request, outcome.data as Answer, current !== undefined);
      // A backup may be older than the record.
      if (outcome.kind === "refused" && outcome.refusal.cause === "epoch") await parts.store.setLost(true);
      return outcome;
    } catch {
      // The contract of the method: it never throws. Nothing was stored of an answer.
      return { kind: "unreachable" };
    }
  };
  return call;
}

/** What answers have of rows. */
interface Answer {
  changes?: SyncChange[];
  results?: SyncResult[];
  hasMore?: boolean;
  limits?: { maxValueBytes?: Record<string, number> };
  /** Of `GET /api/sync/row`. */
  collection?: string;
  key?: string;
  value?: Row | null;
}

interface PushBody {
  mutations?: readonly SyncMutation[];
  collections?: readonly string[];
}

async function sealed(parts: WireParts, request: HttpRequest, current: DataKey | undefined): Promise<HttpRequest> {
  const { db, whole } = parts;
  const body = (request.body ?? {}) as PushBody;
  const wanted = await wantedOf(parts, current !== undefined);
  const query = request.query &&
    "collections" in request.query && { collections: wanted(listOf(request.query)).join() };
  const collections = body.collections && wanted(body.collections);
  const asked: HttpRequest = {
    ...request,
    ...(query && { query: { ...request.query, ...query } }),
    ...(collections && { body: { ...body, collections } }),
  };
  const { mutations } = body;
  if (!mutations || !current) return asked;
  const all = mutations.map(async (mutation) => {
    const kind = db.kinds.get(mutation.collection);
    const { key, value } = mutation;
    if (!kind || !value) return mutation;
    return { ...mutation, value: await sealRow(current, kind, key, value as Row, whole.has(kind.name)) };
  });
  return { ...asked, body: { ...(asked.body as object), mutations: await Promise.all(all) } };
}

/** The sealed collections are wanted while the device is open. A request may have been made before this tab knew that it is. */
async function wantedOf({ db, sealedNames }: WireParts, isOpen: boolean) {
  const excluded = (await new AppState<UserState>(db.appState).get("sync.excluded")) ?? [];
  return (names: readonly string[]): string[] => {
    const others = names.filter((name) => !sealedNames.includes(name));
    return isOpen ? [...others, ...sealedNames.filter((name) => !excluded.includes(name))] : others;
  };
}

function listOf({ collections }: NonNullable<HttpRequest["query"]>): string[] {
  return String(collections).split(",");
}

/** `asOpen`: the device was open when it asked. */
async function openAnswer(parts: WireParts, request: HttpRequest, answer: Answer, asOpen: boolean): Promise<void> {
  const { mutations = [] } = (request.body ?? {}) as PushBody;
  const { store, whole } = parts;
  const { keys, state } = await store.known();
  const readings = new Map<string, Reading>();
  const open = async (collection: string | undefined, key: string | undefined, holder: object | null | undefined) => {
    const kind = parts.db.kinds.get(collection ?? "");
    const { value } = (holder ?? {}) as { value?: Row | null };
    if (!kind || key === undefined || !value) return;
    const { row, reading } = await openRow(keys, kind, key, value);
    (holder as { value: Row }).value = row;
    readings.set(nameOf(kind.name, key), reading);
  };
  await takeRecord(store, answer);
  // The page lacks the sealed collections, which the device wants by now.
  if (state === "open" && !asOpen && answer.hasMore === false) answer.hasMore = true;
  const { changes = [], results = [], limits } = answer;
  for (const result of results) {
    const collection = mutations.find(({ id }) => id === result.id)?.collection;
    const other = result.error?.server as { id?: string } | null | undefined;
    await open(collection, result.key, result.server);
    await open(collection, other?.id, other);
  }
  await Promise.all(changes.map((change) => open(change.collection, change.key, change)));
  await open(answer.collection, answer.key, answer);
  for (const name of limits?.maxValueBytes ? whole : []) {
    const most = limits?.maxValueBytes?.[name];
    if (most !== undefined && limits?.maxValueBytes)
      limits.maxValueBytes[name] = Math.floor((most - ENVELOPE_BYTES) * 0.75);
  }
  const gone = changes.filter(({ value }) => !value).map(({ collection, key }) => nameOf(collection, key));
  await note(parts, readings, gone, state === "open");
}

/** The record is no row of the application. */
async function takeRecord(store: SealingStore, answer: Answer): Promise<void> {
  const isRecordRow = ({ collection, key }: SyncChange) => collection === "settings" && key === RECORD_KEY;
  const change = answer.changes?.find(isRecordRow);
  if (!change) return;
  answer.changes = answer.changes?.filter((one) => !isRecordRow(one));
  const record = (change.value as Row | null)?.value;
  if (isRecord(record)) await store.takeRecord(record);
  else await store.setLost(true);
}

async function note(
  { store, whole }: WireParts,
  readings: ReadonlyMap<string, Reading>,
  gone: readonly string[],
  isOpen: boolean,
): Promise<void> {
  const of = (reading: Reading) => [...readings].filter(([, one]) => one === reading).map(([name]) => name);
  const [locked, unreadable] = [new Set(of("locked")), new Set(of("unreadable"))];
  const isWhole = (name: string) => whole.has(name.slice(0, name.indexOf(":")));
  const clear = new Set(isOpen ? of("clear").filter(isWhole) : []);
  const readable = new Set([...readings.keys(), ...gone].filter((name) => !unreadable.has(name)));
  if (locked.size > 0) await store.changeNames("sealing.waiting", locked, new Set());
  if (clear.size > 0) await store.changeNames("sealing.clear", clear, new Set());
  const known = await store.names("sealing.unreadable");
  if (unreadable.size > 0 || known.some((name) => readable.has(name)))
    await store.changeNames("sealing.unreadable", unreadable, readable);
}
