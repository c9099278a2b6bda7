// The data of one user at the fake server: rows with versions, tombstones, idempotency records, pages by cursor. It has
// the rules that the unit tests need. The browser tests use the real server.

import type { ChatMessage, ChatSession, SyncChange, SyncMutation, SyncPage, SyncResult } from "../../src/types/wire";
import { ASSETS, ASSISTANTS, builtinKinds, MESSAGES, PROJECTS, SESSIONS, type SyncedKind } from "./kinds";

export const FIRST_EPOCH = "00000000-0000-4000-8000-000000000000";
const SERVER_DATE = "2026-11-20T00:00:00.000Z";

type Value = Record<string, unknown>;

interface Stored {
  key: string;
  revision: number;
  /** The revision that last set the value. */
  contentRevision: number;
  version: number;
  /** A tombstone keeps its value, as at the server. */
  value: Value;
  deleted: boolean;
}

type Cursor = { e: string; p: Record<string, [number, string | null]> };

/** An error answer in place of a result. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly pointer = "",
    readonly errorCode = code,
    readonly server?: unknown,
  ) {
    super(code);
  }
}

class Conflict extends Error {}

/** Whether a device that knows the row as of revision `base` knows its content. */
function knowsContent(stored: Stored | undefined, base: number): boolean {
  return base >= (stored?.contentRevision ?? 0) && base <= (stored?.revision ?? 0);
}

/** The members that a new row gets where the put leaves them out. */
const NEW_ROWS = {
  [PROJECTS]: { name: "Untitled", data: null },
  [ASSISTANTS]: { emoji: "🤖", tags: [], category: [], isPublic: false, status: "draft", author: "Ada", usageCount: 0 },
};

let counter = 0;

export class FakeUserData {
  epoch = FIRST_EPOCH;
  /** Called when the version rises. */
  readonly listeners = new Set<() => void>();
  version = 0;
  /** Older cursors get `resync_required`. */
  horizon = 0;
  readonly #expiredSessions = new Set<string>();
  /** Client names that take no more numbers. */
  readonly #closed = new Set<string>();
  /** The kinds that this server knows. */
  readonly kinds = new Map(builtinKinds());
  readonly #rows = new Map<string, Map<string, Stored>>();
  readonly #idempotency = new Map<string, Map<number, { text: string; result: SyncResult }>>();

  /** Copies the data. The returned function restores it under a new epoch. */
  backup(): () => void {
    const rows = structuredClone([...this.#rows]);
    const idempotency = structuredClone([...this.#idempotency]);
    const { version } = this;
    return () => {
      this.epoch = `00000000-0000-4000-8000-${String(++counter).padStart(12, "0")}`;
      this.version = version;
      this.#rows.clear();
      for (const [name, table] of rows) this.#rows.set(name, table);
      this.#idempotency.clear();
      for (const [name, table] of idempotency) this.#idempotency.set(name, table);
    };
  }

  /** Removes all tombstones and raises the horizon. The ids of deleted sessions stay known. */
  runRetention(): void {
    for (const [key, { deleted }] of this.table(SESSIONS)) if (deleted) this.#expiredSessions.add(key);
    for (const table of this.#rows.values()) {
      for (const [key, { deleted }] of [...table]) if (deleted) table.delete(key);
    }
    this.horizon = this.version;
  }

  /** Removes all outcomes, as retention does. The numbers stay used. */
  forgetOutcomes(): void {
    for (const answers of this.#idempotency.values())
      for (const number of answers.keys()) answers.set(number, { text: "", result: forgotten(number) });
  }

  table(collection: string): Map<string, Stored> {
    const table = this.#rows.get(collection) ?? new Map<string, Stored>();
    this.#rows.set(collection, table);
    return table;
  }

  /** Living rows as a reader gets them, by key. */
  live(collection: string): Record<string, Value> {
    const living = [...this.table(collection).values()].filter(({ deleted }) => !deleted);
    return Object.fromEntries(living.map((row) => [row.key, this.#shown(collection, row)]));
  }

  sessions(): ChatSession[] {
    return Object.values(this.live(SESSIONS)) as unknown as ChatSession[];
  }

  messages(): ChatMessage[] {
    const all = Object.values(this.live(MESSAGES)) as unknown as ChatMessage[];
    return all.sort((a, b) => a.position - b.position);
  }

  /** Writes as another device does, from the stored revision. */
  write(collection: string, key: string, value: Value | null): void {
    const stored = this.table(collection).get(key);
    const mutation = {
      id: 0,
      collection,
      key,
      op: value ? ("put" as const) : ("delete" as const),
      baseRevision: stored?.revision ?? 0,
      ...(value && { value }),
    };
    this.#inVersion(() => this.#apply(mutation, { messages: 0 }));
  }

  /** Writes a row without the rules of a push. */
  set(collection: string, key: string, value: Value): void {
    this.#inVersion(() => this.#store(this.#definition(collection), key, value, false));
  }

  /** The outcomes of a client's numbers. `close`: the client name takes no more. */
  outcomes(clientId: string, from: number, close: boolean): { results: SyncResult[]; answered: number } {
    if (close) this.#closed.add(clientId);
    const known = this.#idempotency.get(clientId) ?? new Map<number, { result: SyncResult }>();
    const results = [...known].flatMap(([number, { result }]): SyncResult[] => {
      if (number < from) return [];
      return [{ ...result, status: result.status === "applied" ? "duplicate" : result.status, server: null }];
    });
    return { results, answered: known.size };
  }

  /** Applies a push. Returns null if numbers are missing. */
  push(clientId: string, mutations: readonly SyncMutation[]): SyncResult[] | null {
    if (this.#closed.has(clientId)) return null;
    const idempotency = this.#idempotency.get(clientId) ?? new Map<number, { text: string; result: SyncResult }>();
    this.#idempotency.set(clientId, idempotency);
    if (mutations.some(({ id }) => idempotency.get(id)?.text === "")) return null;
    let expected = Math.min(mutations[0]?.id ?? 0, idempotency.size + 1);
    for (const { id } of mutations) if (id !== expected++) return null;
    return this.#inVersion(() => {
      const places = { messages: 0 };
      return mutations.map((mutation) => {
        const text = JSON.stringify(mutation);
        const kept = idempotency.get(mutation.id);
        if (kept && kept.text !== text) throw new ApiError("id_conflict");
        if (kept) return this.#repeated(mutation, kept.result);
        const result = this.#outcome(mutation, places);
        idempotency.set(mutation.id, { text, result });
        return result;
      });
    });
  }

  /** The page after a cursor, or the reason for a resync. */
  page(cursorText: string | null, collections: readonly string[], limit: number): SyncPage | "epoch" | "horizon" {
    const cursor = cursorText ? (JSON.parse(atob(cursorText)) as Cursor) : { e: this.epoch, p: {} };
    if (cursor.e !== this.epoch) return "epoch";
    const places = Object.values(cursor.p).map(([version]) => version);
    if (cursorText && Math.max(0, ...places) < this.horizon) return "horizon";
    const changes: SyncChange[] = [];
    let hasMore = false;
    for (const name of collections.filter((wanted) => this.kinds.has(wanted))) {
      const [version, after] = cursor.p[name] ?? [0, null];
      const newer = [...this.table(name).values()]
        .filter((row) => row.version > version || (after !== null && row.version === version && row.key > after))
        .sort((a, b) => a.version - b.version || (a.key < b.key ? -1 : 1));
      const selected = newer.slice(0, limit - changes.length);
      changes.push(...selected.map((row) => this.#change(name, row)));
      const last = selected.at(-1);
      hasMore = selected.length < newer.length;
      if (!hasMore) cursor.p[name] = [this.version, null];
      else {
        if (last) cursor.p[name] = [last.version, last.key];
        break;
      }
    }
    const unknownCollections = collections.filter((wanted) => !this.kinds.has(wanted));
    const next = btoa(JSON.stringify(cursor));
    return { epoch: this.epoch, changes, cursor: next, hasMore, serverTime: SERVER_DATE, unknownCollections };
  }

  #repeated({ collection, key }: SyncMutation, result: SyncResult): SyncResult {
    if (result.status === "applied") return { ...result, status: "duplicate" };
    return result.status === "conflict" ? { ...result, server: this.#server(collection, key) } : result;
  }

  #outcome(mutation: SyncMutation, places: { messages: number }): SyncResult {
    const { id, collection, key } = mutation;
    const none = { id, key, revision: null, server: null, error: null };
    try {
      const { key: now, revision } = this.#apply(mutation, places);
      return { ...none, status: "applied", key: now, revision };
    } catch (error) {
      if (error instanceof Conflict) return { ...none, status: "conflict", server: this.#server(collection, key) };
      if (!(error instanceof ApiError)) throw error;
      const { code, pointer, errorCode, server } = error;
      const errors = pointer ? [{ pointer, code: errorCode, detail: `${errorCode} at ${pointer}` }] : [];
      const rejected = { code, detail: `detail of ${code}`, errors, ...(server ? { server } : {}) };
      return { ...none, status: "rejected", error: rejected as NonNullable<SyncResult["error"]> };
    }
  }

  #apply(mutation: SyncMutation, places: { messages: number }): Stored {
    const definition = this.kinds.get(mutation.collection);
    if (!definition) throw new ApiError("unknown_collection", "/collection");
    const value = (mutation.value ?? {}) as Value;
    if (JSON.stringify(value).includes("refuse me"))
      throw new ApiError("validation_failed", "/value/content", "not_allowed");
    const table = this.table(definition.name);
    const key = this.#permanentKey(definition, mutation.key);
    const stored = table.get(key);
    if (mutation.op === "delete") return this.#delete(definition, mutation, stored);
    if (definition.name === MESSAGES) return this.#putMessage(mutation.key, value, places);
    const known = definition.name === ASSISTANTS && !mutation.baseRevision && this.#withTempId(table, value.tempId);
    if (known) return known;
    const expired = this.#expiredSessions.has(mutation.key);
    if (definition.name === SESSIONS && (stored?.deleted || expired))
      throw new ApiError("session_deleted", "/key", "session_deleted");
    if (definition.versioned && !knowsContent(stored, mutation.baseRevision ?? 0)) throw new Conflict();
    this.#checkLinks(definition, key, value);
    // A put changes a file's metadata. Only an upload creates a file.
    if (definition.createdBy === "upload" && !stored) throw new ApiError("not_found");
    if (definition.createdBy === "upload" && stored?.deleted) throw new ApiError("asset_deleted");
    const whole =
      definition.createdBy === "upload"
        ? { ...stored?.value, ...value }
        : definition.name === PROJECTS || definition.name === ASSISTANTS
          ? { ...NEW_ROWS[definition.name], ...stored?.value, ...value }
          : key === mutation.key
            ? value
            : { ...value, tempId: mutation.key };
    if (stored && !stored.deleted && JSON.stringify(whole) === JSON.stringify(stored.value)) return stored;
    return this.#store(definition, key, whole, false);
  }

  #withTempId(table: Map<string, Stored>, tempId: unknown): Stored | undefined {
    return [...table.values()].find(({ value }) => typeof tempId === "string" && value.tempId === tempId);
  }

  /** The key of a row that was created under a temporary one. */
  #permanentKey(definition: SyncedKind, key: string): string {
    if (!definition.temporaryKeyOf || definition.immutable || !key.startsWith("temp-")) return key;
    const known = [...this.table(definition.name).values()].find(({ value }) => value.tempId === key);
    return known?.key ?? `20000000-0000-4000-8000-${String(++counter).padStart(12, "0")}`;
  }

  #checkLinks(definition: SyncedKind, key: string, value: Value): void {
    for (const { member, collection, required } of definition.references) {
      const to = value[member];
      if (!required || typeof to !== "string") continue;
      const code = definition.name === PROJECTS ? "unknown_parent" : "unknown_reference";
      const row = this.table(collection).get(to);
      if (!row || row.deleted) throw new ApiError("validation_failed", `/value/${member}`, code);
    }
    const name = (row: Value) => JSON.stringify(definition.unique.map((member) => row[member]));
    const nameConflict = [...this.table(definition.name).values()].find(
      (row) => definition.unique.length > 0 && !row.deleted && row.key !== key && name(row.value) === name(value),
    );
    if (!nameConflict) return;
    const server = {
      id: nameConflict.key,
      value: nameConflict.value,
      revision: nameConflict.revision,
      updatedAt: SERVER_DATE,
    };
    throw new ApiError("duplicate_name", `/value/${definition.unique[0]}`, "duplicate_name", server);
  }

  #delete(definition: SyncedKind, { key, baseRevision }: SyncMutation, stored: Stored | undefined): Stored {
    if (!stored) throw new ApiError("not_found");
    if (stored.deleted) return stored;
    if (definition.versioned === true && baseRevision != null && baseRevision !== stored.revision) throw new Conflict();
    const tombstone = this.#store(definition, key, stored.value, true);
    this.#deleteAround(definition, key);
    return tombstone;
  }

  #deleteAround({ name }: SyncedKind, key: string): void {
    for (const definition of this.kinds.values()) {
      for (const { member, collection, onDelete } of definition.references) {
        if (collection !== name || definition.createdBy === "upload") continue;
        const referring = [...this.table(definition.name).values()].filter(
          (row) => !row.deleted && row.value[member] === key,
        );
        for (const row of referring) {
          if (onDelete === "unlink") this.#store(definition, row.key, { ...row.value, [member]: null }, false);
          else {
            this.#store(definition, row.key, row.value, true);
            this.#deleteAround(definition, row.key);
          }
        }
      }
    }
  }

  #putMessage(key: string, value: Value, places: { messages: number }): Stored {
    const table = this.table(MESSAGES);
    const temporary = !/^[0-9a-f]{8}-/.test(key);
    const tempId = temporary ? key : (value.tempId ?? null);
    const known = [...table.values()].find(
      (row) => (tempId !== null && row.value.tempId === tempId) || row.key === key,
    );
    const differs = known && (known.value.content !== value.content || (!temporary && known.key !== key));
    if (differs) throw new ApiError("id_conflict", "/value", "id_conflict");
    if (known) return known;
    const session = this.table(SESSIONS).get(String(value.sessionId));
    if (!session) throw new ApiError("validation_failed", "/value/sessionId", "unknown_session");
    if (session.deleted) throw new ApiError("session_deleted", "/value/sessionId", "session_deleted");
    const id = temporary ? `10000000-0000-4000-8000-${String(++counter).padStart(12, "0")}` : key;
    const position = (this.version + 1) * 2 ** 20 + places.messages;
    places.messages += 1;
    const definition = this.#definition(MESSAGES);
    this.#store(this.#definition(SESSIONS), session.key, session.value, false);
    return this.#store(definition, id, { metadata: null, ...value, tempId, position }, false);
  }

  #definition(name: string): SyncedKind {
    const definition = this.kinds.get(name);
    if (!definition) throw new Error(`no ${name}`);
    return definition;
  }

  #changed = false;

  #inVersion<T>(work: () => T): T {
    this.#changed = false;
    const result = work();
    if (this.#changed) this.version += 1;
    if (this.#changed) for (const listener of this.listeners) listener();
    return result;
  }

  #store(definition: SyncedKind, key: string, value: Value, deleted: boolean): Stored {
    const version = this.version + 1;
    const before = this.table(definition.name).get(key);
    // Messages of one push touch their session once.
    const touched = definition.name === SESSIONS && before?.version === version;
    const revision = (before?.revision ?? 0) + (touched ? 0 : 1);
    // A message raises the revision of its session, and leaves its content.
    const isTouch = before && before.deleted === deleted && before.value === value;
    const stored = {
      key,
      revision,
      contentRevision: isTouch ? before.contentRevision : revision,
      version,
      value,
      deleted,
    };
    this.table(definition.name).set(key, stored);
    this.#changed = true;
    return stored;
  }

  /** One row as it is now, a tombstone too. */
  row(collection: string, key: string): SyncChange | null {
    return this.#server(collection, key);
  }

  #server(collection: string, key: string): SyncChange | null {
    const stored = this.table(collection).get(key);
    return stored ? this.#change(collection, stored) : null;
  }

  #change(collection: string, row: Stored): SyncChange {
    const { key, revision, deleted } = row;
    return {
      collection,
      key,
      revision,
      value: deleted ? null : this.#shown(collection, row),
      ...(deleted && { deletedAt: SERVER_DATE }),
    };
  }

  /** A row as it is read. Chats and projects have all their members, other rows the members of their put. */
  #shown(collection: string, { key, revision, value, version }: Stored): Value {
    if (collection === MESSAGES) return { ...value, id: key, revision };
    const at = new Date(Date.parse(SERVER_DATE) + version).toISOString();
    const dates = { createdAt: SERVER_DATE, updatedAt: at };
    if (collection === SESSIONS) return { projectId: null, metadata: null, ...value, id: key, revision, ...dates };
    if (collection === ASSISTANTS) return { ...value, id: key, version: revision, ...dates };
    if (collection === PROJECTS || collection === ASSETS) return { ...value, id: key, revision, ...dates };
    return value;
  }
}

function forgotten(id: number): SyncResult {
  const error = { code: "mutation_gap", detail: "forgotten", errors: [] } as unknown as NonNullable<
    SyncResult["error"]
  >;
  return { id, status: "rejected", key: "", revision: null, server: null, error };
}
