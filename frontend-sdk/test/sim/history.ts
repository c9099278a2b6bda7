// The record of all local writes and of all writes that the server accepted. The invariants compare the two. Every text
// that a simulation writes is a unique word, so that the invariants can follow it.

import type { Json, JsonObject } from "./json";
import { COLLECTIONS } from "./model/registry";
import type { Exchange } from "./simulation/network";

/** A local write that an actor started. */
export interface LocalWrite {
  device: string;
  collection: string;
  /** The row's key on the device. */
  key: string;
  /** The member that holds the word. Empty for a delete and a restore. */
  member: string;
  word: string;
  kind: "write" | "delete" | "restore";
  /**
   * Whether the device confirmed the save. A crash before the confirmation leaves it open whether the write is stored.
   */
  saved: boolean;
}

/** A write that the server accepted. */
export interface AcceptedWrite {
  collection: string;
  key: string;
  op: "put" | "delete";
  revision: number;
  value: JsonObject | null;
}

/** The members that hold the key of a parent row. A delete of the parent deletes the row. */
const PARTS: Readonly<Record<string, readonly [member: string, collection: string][]>> = {
  chatMessages: [["sessionId", "chatSessions"]],
  projects: [["parentId", "projects"]],
  ...Object.fromEntries(
    COLLECTIONS.map(({ name, references }) => {
      const parts = references.filter(({ onDelete }) => onDelete === "take-along");
      return [name, parts.map(({ member, collection }): [string, string] => [member, collection])];
    }),
  ),
};

interface PushBody {
  mutations?: { id: number; collection: string; key: string; op: "put" | "delete"; value?: JsonObject }[];
}

interface PushAnswer {
  results?: { status: string; key: string; revision: number | null }[];
}

export class History {
  /** In the order in which they started. */
  readonly localWrites: LocalWrite[] = [];
  /** In the server's order. */
  readonly accepted: AcceptedWrite[] = [];
  /** Rows, as `collection/key`, with a discarded entry or a resolved conflict. */
  readonly decided = new Set<string>();
  /** The restores of a backup: the number of accepted writes before each, and the words that the devices held. */
  readonly restores: { at: number; known: ReadonlySet<string> }[] = [];
  /** The runs of retention: the number of accepted writes before each. */
  readonly retentionRuns: number[] = [];
  /** Words that are in another account on a device of these simulations. */
  readonly ofOthers = new Set<string>();
  /** Rows whose end is known: members that the server must have; `null`: no such row. */
  readonly expected: { collection: string; key: string; members: JsonObject | null }[] = [];
  readonly #deleted = new Set<string>();
  /** Every parent that each row ever had. */
  readonly #parents = new Map<string, Set<string>>();
  #words = 0;

  /** A new unique word. */
  word(device: string): string {
    this.#words += 1;
    return `${device}${this.#words}.`;
  }

  /** Records a local write before it is made. The returned function records that it is saved. */
  noteChange(localWrite: Omit<LocalWrite, "saved">): () => void {
    const begun = { ...localWrite, saved: false };
    this.localWrites.push(begun);
    if (begun.kind === "delete") this.#deleted.add(`${begun.collection}/${begun.key}`);
    return () => {
      begun.saved = true;
    };
  }

  /** Records a decision about a row. Its old words may return and its new words may disappear. */
  noteDecision(collection: string, key: string): void {
    this.decided.add(`${collection}/${key}`);
  }

  /** Records the parents of a row. */
  noteParents(collection: string, key: string, value: JsonObject): void {
    for (const [member, parents] of PARTS[collection] ?? []) {
      const parent = value[member];
      if (typeof parent !== "string") continue;
      const known = this.#parents.get(`${collection}/${key}`) ?? new Set();
      this.#parents.set(`${collection}/${key}`, known.add(`${parents}/${parent}`));
    }
  }

  /** Whether an actor deleted the row or one of its parents. */
  wasDeleted(row: string): boolean {
    return this.#isPartOf(row, this.#deleted);
  }

  /** Whether a decision was made about the row or one of its parents. A delete that is given up brings the parts back. */
  mayReturn(row: string): boolean {
    return this.#isPartOf(row, this.decided);
  }

  /** Whether the row or one of its parents is among these. */
  #isPartOf(row: string, rows: ReadonlySet<string>, seen = new Set<string>()): boolean {
    if (rows.has(row)) return true;
    if (seen.has(row)) return false;
    seen.add(row);
    return [...(this.#parents.get(row) ?? [])].some((parent) => this.#isPartOf(parent, rows, seen));
  }

  /** Records what becomes of a row that nobody else changes. */
  expect(collection: string, key: string, members: JsonObject | null): void {
    this.expected.push({ collection, key, members });
  }

  /** Records words of another account. */
  noteOther(words: readonly string[]): void {
    for (const word of words) this.ofOthers.add(word);
  }

  /** Records the outcome of a request. A lost answer counts too, because the server accepted the write. */
  note({ request, answer }: Exchange): void {
    if (request.path !== "/api/sync") return;
    const { mutations = [] } = request.body as unknown as PushBody;
    if (answer.status !== 200) return;
    const { results = [] } = answer.body as unknown as PushAnswer;
    for (const [index, { status, key, revision }] of results.entries()) {
      const mutation = mutations[index];
      if (!mutation || status !== "applied" || revision === null) continue;
      const { collection, op, value = null } = mutation;
      if (value) this.noteParents(collection, key, value);
      if (value) this.noteParents(collection, mutation.key, value);
      this.#accept({ collection, key, op, revision, value: structuredClone(value) });
    }
  }

  /** In the order of the row's revisions: answers to devices that send at once may arrive in another order than that of the commits. */
  #accept(write: AcceptedWrite): void {
    const { collection, key, revision } = write;
    const from = Math.max(0, ...[...this.restores, ...this.retentionRuns.map((at) => ({ at }))].map(({ at }) => at));
    const later = this.accepted.findIndex(
      (other, index) =>
        index >= from && other.collection === collection && other.key === key && other.revision > revision,
    );
    this.accepted.splice(later < 0 ? this.accepted.length : later, 0, write);
  }
}

/** The words in a value, such as `A12.`. */
export function wordsIn(value: Json | undefined): string[] {
  return JSON.stringify(value ?? null).match(/[A-Z]\d+\./g) ?? [];
}
