// Remembers what the application was given of each row, so that a put of the row or of a copy is compared with what it was made from. It is in memory
// and per tab, since an application reads its rows again after a reload.

import { fingerprint } from "../util/hash";
import { keyOf, nameOf } from "./entries";
import { changedMembers, own, TIMES } from "./merge";
import type { SyncedKind, UserDatabase } from "./synced-kind";
import type { Row } from "./tables";

/** So many versions of a row are remembered. */
const MAX_VERSIONS = 4;
/** The most characters of all versions. Above it everything is forgotten. */
const MAX_CHARS = 16 * 1024 * 1024;

interface Memory {
  /** JSON of the versions, the last given first. */
  versions: string[];
  /** Fingerprints of the members as this tab wrote them last. */
  written: Map<string, string>;
}

export class HandedOut {
  /** JSON of the row that an object is, or is a member of: a copy of a row has the same members. */
  readonly #texts = new WeakMap<object, string>();
  readonly #rows = new Map<string, Memory>();
  #chars = 0;

  /** Remembers rows that the application is given. */
  give<R extends object>(kind: SyncedKind, rows: R[]): R[] {
    for (const row of rows as Row[]) {
      const text = JSON.stringify(row);
      for (const part of objectsOf(row)) this.#texts.set(part, text);
      const memory = this.#memoryOf(kind, keyOf(kind, row));
      if (!memory.versions.includes(text)) this.#chars += text.length;
      memory.versions = [text, ...memory.versions.filter((other) => other !== text)].slice(0, MAX_VERSIONS);
    }
    return rows;
  }

  /** Remembers that an object of the application is like the row. */
  isLike(object: Row, row: Row): void {
    this.#texts.set(object, JSON.stringify(row));
  }

  /** Remembers what this tab has changed in a row. */
  wrote(kind: SyncedKind, before: Row | undefined, after: Row): void {
    const { written } = this.#memoryOf(kind, keyOf(kind, after));
    for (const member of changedMembers(kind, before, after)) written.set(member, fingerprint([own(after, member)]));
  }

  /** Whether this tab has written the member as it is in the row. */
  isOwn(kind: SyncedKind, row: Row, member: string): boolean {
    return this.#memoryOf(kind, keyOf(kind, row)).written.get(member) === fingerprint([own(row, member)]);
  }

  /**
   * The version of the row from which the application made `input`, or `undefined`. An object of the row tells it, or its revision. Otherwise it is
   * the version from which the input differs least: the last one, if the input is exactly like an earlier one, since an old value may be set again
   * on purpose. `complete`: the row that the input makes of a version.
   */
  baseOf(kind: SyncedKind, key: string, input: Row, complete: (version: Row) => Row): Row | undefined {
    for (const part of objectsOf(input)) {
      const row = parse(this.#texts.get(part));
      if (row && keyOf(kind, row) === key) return row;
    }
    const versions = this.#memoryOf(kind, key).versions.map((text) => JSON.parse(text) as Row);
    const ofRevision = versions.filter(({ revision }) => revision !== undefined && revision === input.revision);
    const candidates = ofRevision.length > 0 ? ofRevision : versions;
    const countChanges = (version: Row) =>
      changedMembers(kind, version, complete(version)).filter((member) => !TIMES.includes(member)).length;
    let base = candidates[0];
    let least = base ? countChanges(base) : 0;
    for (const version of candidates) {
      const count = countChanges(version);
      if (count > 0 && count < least) [base, least] = [version, count];
    }
    return base;
  }

  #memoryOf({ name }: SyncedKind, key: string): Memory {
    if (this.#chars > MAX_CHARS) {
      this.#rows.clear();
      this.#chars = 0;
    }
    const memory = this.#rows.get(nameOf(name, key)) ?? { versions: [], written: new Map() };
    this.#rows.set(nameOf(name, key), memory);
    return memory;
  }
}

/** The row and its members, where they are objects. */
function objectsOf(row: Row): object[] {
  return [row, ...Object.values(row)].filter((part): part is object => typeof part === "object" && part !== null);
}

function parse(text: string | undefined): Row | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Row);
}

const memories = new WeakMap<UserDatabase, HandedOut>();

/** What this tab was given of a user's rows. */
export function handedOut(db: UserDatabase): HandedOut {
  const memory = memories.get(db) ?? new HandedOut();
  memories.set(db, memory);
  return memory;
}
