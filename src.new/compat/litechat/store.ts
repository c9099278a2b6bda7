// Where the rows of LiteChat's tables are: in collections or in projects. All forms are the application's, without Date objects.

import { changedMembers } from "../../store/merge";
import { KIND_DEFAULTS, type SyncedKind } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import type { Collection, Landfall, ProjectChanges } from "../../types";
import { fingerprint } from "../../util/hash";
import type { TableName, TableRules } from "./tables";

/** Settings whose keys begin with this are secrets of rows. */
export const RESERVED = "landfall:";

/** The rows of one table. Writes run inside the caller's transaction. */
export interface RowStore {
  list(): Promise<Row[]>;
  get(key: string): Promise<Row | undefined>;
  find(member: string, value: string): Promise<Row[]>;
  /** `before` is the stored row. `localOnly`: a new row stays on the device. */
  write(row: Row, before: Row | undefined, localOnly: boolean): Promise<void>;
  /** Writes rows as a whole. */
  writeAll(rows: readonly Row[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
}

/** A row as it is compared and merged: every member is the application's. */
export const FLAT: SyncedKind = {
  ...KIND_DEFAULTS,
  name: "",
  table: "",
  conflictPolicy: "merge",
  toBody: (row) => row,
};

export function openStore(landfall: Landfall, rules: TableRules): RowStore {
  const { name } = rules;
  if (name === "projects") return new ProjectStore(landfall);
  if (name === "appState") return new CollectionStore(landfall.collections.settings as Collection<Row>, rules);
  const collections = landfall.collections as unknown as Record<TableName, Collection<Row>>;
  return new CollectionStore(collections[name], rules);
}

class CollectionStore implements RowStore {
  readonly #rows: Collection<Row>;
  readonly #key: string;
  readonly #indexes = new Set<string>();

  constructor(rows: Collection<Row>, { key, unique, parts, name }: TableRules) {
    this.#rows = rows;
    this.#key = key;
    for (const member of [...unique.flatMap(([first = ""]) => first), ...parts.map((part) => part.member)])
      this.#indexes.add(member);
    if (name === "providerConfigs") this.#indexes.add("apiKeyId");
  }

  list(): Promise<Row[]> {
    return this.#rows.list();
  }

  get(key: string): Promise<Row | undefined> {
    return this.#rows.get(key);
  }

  async find(member: string, value: string): Promise<Row[]> {
    if (this.#indexes.has(member)) return this.#rows.where(member).equals(value).list();
    return (await this.list()).filter((row) => row[member] === value);
  }

  async write(row: Row, before: Row | undefined, localOnly: boolean): Promise<void> {
    if (!before || localOnly) {
      await this.#rows.put(row, localOnly ? { localOnly } : {});
      return;
    }
    const { changes, remove } = differenceOf(before, row);
    await this.#rows.updateMany([{ key: String(row[this.#key]), changes, remove }]);
  }

  async writeAll(rows: readonly Row[]): Promise<void> {
    const stored = new Map((await this.#rows.list()).map((row) => [row[this.#key], row]));
    const fresh = rows.filter((row) => !stored.has(row[this.#key]));
    await this.#rows.putMany(fresh);
    const changes = rows.flatMap((row) => {
      const before = stored.get(row[this.#key]);
      return before ? [{ key: String(row[this.#key]), ...differenceOf(before, row) }] : [];
    });
    await this.#rows.updateMany(changes);
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#rows.deleteMany(keys);
  }
}

/** What turns one row into the other. */
export function differenceOf(before: Row, after: Row): { changes: Row; remove: string[] } {
  const members = changedMembers(FLAT, before, after);
  const remove = members.filter((member) => !Object.hasOwn(after, member));
  const changes = members.filter((member) => Object.hasOwn(after, member)).map((member) => [member, after[member]]);
  return { changes: Object.fromEntries(changes), remove };
}

/** A project's members but its name and parent are its document, as in a file of LiteChat that the server imports. */
class ProjectStore implements RowStore {
  readonly #landfall: Landfall;

  constructor(landfall: Landfall) {
    this.#landfall = landfall;
  }

  async list(): Promise<Row[]> {
    return (await this.#landfall.projects.list()).map(flatProject);
  }

  async get(key: string): Promise<Row | undefined> {
    const project = await this.#landfall.projects.get(key);
    return project && flatProject(project);
  }

  async find(member: string, value: string): Promise<Row[]> {
    return (await this.list()).filter((row) => row[member] === value);
  }

  async write({ id, name, parentId = null, ...data }: Row, before: Row | undefined): Promise<void> {
    const { projects } = this.#landfall;
    // The server takes no project below one that isn't there.
    const isOrphan = parentId !== null && !(await projects.get(String(parentId)));
    const document = isOrphan ? { ...data, parentId } : data;
    const changes = { name, parentId: isOrphan ? null : parentId, data: document } as ProjectChanges;
    if (!before) await projects.put({ id: String(id), ...changes });
    else {
      const { name: oldName, parentId: oldParent, id: _id, ...oldData } = before;
      await projects.update(String(id), {
        ...(name !== oldName && { name: changes.name as string }),
        ...((parentId ?? null) !== (oldParent ?? null) && { parentId: changes.parentId ?? null }),
        ...(changedMembers(FLAT, oldData, document).length > 0 && { data: changes.data ?? null }),
      });
    }
  }

  /** A parent is written before the projects below it. */
  async writeAll(rows: readonly Row[]): Promise<void> {
    const left = new Map(rows.map((row) => [row.id, row]));
    const write = async (row: Row): Promise<void> => {
      if (!left.delete(row.id)) return;
      const parent = left.get(row.parentId);
      if (parent) await write(parent);
      await this.write(row, await this.get(String(row.id)));
    };
    for (const row of rows) await write(row);
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#landfall.projects.deleteMany(keys);
  }
}

function flatProject(project: { id: string; name: string; parentId?: string | null; data: unknown }): Row {
  const { parentId = null, ...data } = (project.data ?? {}) as Row;
  return { id: project.id, ...data, name: project.name, parentId: project.parentId ?? parentId };
}

/** The key of a setting about a row of another table. A key has at most 128 characters. */
export function reservedKey(table: string, key: string): string {
  return `${RESERVED}${table}:${key.length > 64 ? fingerprint(key) : key}`;
}
