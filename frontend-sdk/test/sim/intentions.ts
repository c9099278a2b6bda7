// What people wanted, and what the server took: the two sides that the judge compares. Every text that a simulation writes is a word that
// stands nowhere else, so that it can be followed.

import type { Json, JsonObject } from "./json";
import { COLLECTIONS } from "./model/registry";
import type { Exchange } from "./world/network";

/** A local write that somebody began. */
export interface Intention {
  device: string;
  collection: string;
  /** As the device named the row. */
  key: string;
  /** The member that holds the word; "" for a delete and a restore. */
  member: string;
  word: string;
  kind: "write" | "delete" | "restore";
  /** The device said that it is saved. A tab that dies before it could say so may have saved it or not. */
  saved: boolean;
}

/** A write that the server took. */
export interface Taken {
  collection: string;
  key: string;
  op: "put" | "delete";
  revision: number;
  value: JsonObject | null;
}

/** What is part of what: it goes with it. */
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

export class Ledger {
  /** In the order of beginning. */
  readonly intentions: Intention[] = [];
  /** In the server's order. */
  readonly taken: Taken[] = [];
  /** Rows, as `collection/key`, of which people gave something up that the server had refused, or settled a conflict. */
  readonly decided = new Set<string>();
  /** Words of which a device can't know whether the server took them: what they came to was swept before it heard of it. It offers them again. */
  readonly offeredAgain = new Set<string>();
  /** When the server was set back to an earlier state: how much it had taken by then, and the words that devices had at that moment. */
  readonly setBacks: { at: number; known: ReadonlySet<string> }[] = [];
  /** When tombstones were swept: how much the server had taken by then. */
  readonly sweeps: number[] = [];
  readonly #deleted = new Set<string>();
  /** Everything that each row was ever part of. */
  readonly #parents = new Map<string, Set<string>>();
  #words = 0;

  /** A word that stands nowhere else. */
  word(device: string): string {
    this.#words += 1;
    return `${device}${this.#words}.`;
  }

  /** Notes what is wanted; the returned function notes that it is saved. */
  want(intention: Omit<Intention, "saved">): () => void {
    const begun = { ...intention, saved: false };
    this.intentions.push(begun);
    if (begun.kind === "delete") this.#deleted.add(`${begun.collection}/${begun.key}`);
    return () => {
      begun.saved = true;
    };
  }

  /** People chose, so that old words may come back and new ones may go. */
  decide(collection: string, key: string): void {
    this.decided.add(`${collection}/${key}`);
  }

  /** Notes what a row is part of. */
  know(collection: string, key: string, value: JsonObject): void {
    for (const [member, parents] of PARTS[collection] ?? []) {
      const parent = value[member];
      if (typeof parent !== "string") continue;
      const known = this.#parents.get(`${collection}/${key}`) ?? new Set();
      this.#parents.set(`${collection}/${key}`, known.add(`${parents}/${parent}`));
    }
  }

  /** Somebody wanted the row gone, or something that it was part of. */
  wasDeleted(row: string, seen = new Set<string>()): boolean {
    if (this.#deleted.has(row)) return true;
    if (seen.has(row)) return false;
    seen.add(row);
    return [...(this.#parents.get(row) ?? [])].some((parent) => this.wasDeleted(parent, seen));
  }

  /** Notes what a request came to. An answer that was lost is noted as well: the server took it. */
  note({ request, answer }: Exchange): void {
    if (request.path !== "/api/sync") return;
    const { mutations = [] } = request.body as unknown as PushBody;
    if (answer.status === 409 && (answer.body as JsonObject).code === "mutation_gap") {
      for (const word of wordsIn(mutations as unknown as Json)) this.offeredAgain.add(word);
    }
    if (answer.status !== 200) return;
    const { results = [] } = answer.body as unknown as PushAnswer;
    for (const [index, { status, key, revision }] of results.entries()) {
      const mutation = mutations[index];
      if (!mutation || status !== "applied" || revision === null) continue;
      const { collection, op, value = null } = mutation;
      if (value) this.know(collection, key, value);
      if (value) this.know(collection, mutation.key, value);
      this.taken.push({ collection, key, op, revision, value: structuredClone(value) });
    }
  }
}

/** The words in a value: `A12.` and the like. */
export function wordsIn(value: Json | undefined): string[] {
  return JSON.stringify(value ?? null).match(/[A-Z]\d+\./g) ?? [];
}
