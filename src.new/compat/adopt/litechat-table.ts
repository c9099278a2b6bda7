// One table of an old database of LiteChat.

import { InvalidInputError } from "../../errors";
import type { Secret } from "../../sealing/secrets";
import { changedMembers, own, TIMES } from "../../store/merge";
import { guardStorage } from "../../store/storage-errors";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import type { Collection } from "../../types";
import { DeviceSecrets } from "../litechat/device-secrets";
import { FLAT, openStore, type RowStore } from "../litechat/store";
import type { TableName, TableRules } from "../litechat/tables";
import { faultOf, noteOf } from "./faults";
import { Links } from "./links";
import { formOf, storedAs } from "./litechat-form";
import { keyText, type OldDatabase, type OldRow } from "./old-database";
import { type Examined, type Note, type OldTable, type Run, skipped } from "./product";

interface Item {
  /** The row as it may be sent. */
  open: Row;
  secrets: Secret[];
  localOnly: boolean;
  /** The row is here, from another device, and lacks the secrets of this one. */
  secretsOnly: boolean;
}

type Candidate = Examined<Item> & { item: Item };

/** Members by whose value a row can be told from another of the same name. */
const RENAMED = ["name", "path"];

export class LiteChatTable implements OldTable<Item> {
  readonly name: TableName;
  readonly #rules: TableRules;
  readonly #old: OldDatabase;
  readonly #run: Run;
  readonly #store: RowStore;
  readonly #secrets: DeviceSecrets;
  readonly #links: Links;

  constructor(rules: TableRules, old: OldDatabase, run: Run) {
    this.name = rules.name;
    this.#rules = rules;
    this.#old = old;
    this.#run = run;
    this.#store = openStore(run.landfall, rules);
    // Secrets stay on the device here. The service seals them when it opens them next.
    this.#secrets = new DeviceSecrets(run.landfall, undefined);
    this.#links = new Links(rules, old, run.taken);
  }

  async *pages(): AsyncGenerator<OldRow[]> {
    const { name } = this;
    if (name === "projects") yield* this.#old.pagesOf(name, await parentsFirst(this.#old));
    else yield* this.#old.pages(name);
  }

  async examine(page: readonly OldRow[]): Promise<Examined<Item>[]> {
    const links = await this.#links.of(page);
    const examined = page.map((old) => this.#read(old, links));
    const open = examined.filter((one): one is Candidate => one.item !== undefined);
    const here = await this.#rowsHere(open.map(({ id }) => id));
    const all = this.#rules.unique.length > 0 && this.#collection === null ? await this.#store.list() : null;
    const accepted: Row[] = [];
    for (const one of open) {
      const row = here.get(one.id);
      if (row) await this.#isHere(one, row);
      else await this.#meetNames(one, accepted, all);
      if (one.verdict === "new") accepted.push(one.item.open);
    }
    await this.#keepOrphans(open.filter(({ verdict }) => verdict === "new"));
    return examined;
  }

  async store(items: readonly Examined<Item>[]): Promise<Map<Examined<Item>, Note>> {
    const failures = new Map<Examined<Item>, Note>();
    try {
      if (items.length > 0) await this.#storeAll(items as readonly Candidate[]);
    } catch (error) {
      const [first] = items;
      if (!(error instanceof InvalidInputError) || !first) throw error;
      // One of them is refused. The others are stored one by one.
      if (items.length === 1) return failures.set(first, noteOf(error));
      for (const one of items) for (const [failed, note] of await this.store([one])) failures.set(failed, note);
    }
    return failures;
  }

  #read(old: OldRow, links: ReadonlyMap<string, string>): Examined<Item> {
    const changes = isPlainObject(old.value) ? this.#links.replaced(old.value, links) : {};
    const { row, ...one } = formOf<Item>(this.#rules, old, changes);
    if (!row) return one;
    const { open, secrets } = this.#secrets.split(this.#rules, row);
    const fault = faultOf(...storedAs(this.#rules, open), this.#run);
    if (fault) return skipped(old, fault.code, fault.message);
    const localOnly = this.#secrets.isSecret(this.#rules, one.id);
    return { ...one, item: { open, secrets, localOnly, secretsOnly: false } };
  }

  /** The collection that the rows are in; `null` where they are in another form. */
  get #collection(): Collection<Row> | null {
    const { name } = this;
    if (name === "projects") return null;
    const collections = this.#run.landfall.collections as unknown as Record<string, Collection<Row>>;
    return collections[this.#stored] ?? null;
  }

  get #stored(): string {
    return this.name === "appState" ? "settings" : this.name;
  }

  async #rowsHere(keys: readonly string[]): Promise<Map<string, Row>> {
    const rows = this.#collection
      ? await this.#bulkGet(this.#stored, keys)
      : await Promise.all(keys.map((key) => this.#store.get(key)));
    return new Map(keys.flatMap((key, index) => (rows[index] ? [[key, rows[index]]] : [])));
  }

  async #bulkGet(kindName: string, keys: readonly string[]): Promise<(Row | undefined)[]> {
    const { db } = this.#run;
    const kind = db.kinds.get(kindName);
    return kind ? guardStorage(() => db.rows(kind).bulkGet([...keys])) : [];
  }

  /** A row with this key is here: of another device, of an import, or of an earlier run. It stays as it is. */
  async #isHere(one: Candidate, row: Row): Promise<void> {
    const { item } = one;
    one.verdict = "present";
    one.notes =
      changedMembers(FLAT, item.open, row).length > 0
        ? [{ effect: "present", code: "different_here", message: "The row with this key that is here stays as it is." }]
        : [];
    await this.#onlySecrets(one);
  }

  async #onlySecrets(one: Candidate): Promise<void> {
    const isNeeded = one.item.secrets.length > 0 && !(await this.#secrets.has(this.name, one.id));
    if (isNeeded) one.item.secretsOnly = true;
    else delete (one as Examined<Item>).item;
  }

  /** Another row may have the name. An equal one is this row; beside a different one this row gets another name. */
  async #meetNames(one: Candidate, accepted: readonly Row[], all: readonly Row[] | null): Promise<void> {
    const { item } = one;
    const { key, unique, dates } = this.#rules;
    for (const members of unique) {
      const [member = ""] = members;
      const find = async (value: string) => {
        const stored = all ?? (await this.#store.find(member, value));
        const isTaken = (row: Row) =>
          own(row, member) === value && members.slice(1).every((more) => own(row, more) === own(item.open, more));
        return [...stored, ...accepted].find(isTaken);
      };
      const value = own(item.open, member);
      const other = typeof value === "string" ? await find(value) : undefined;
      if (!other) continue;
      const differing = changedMembers(FLAT, item.open, other).filter(
        (changed) => ![key, ...TIMES, ...dates].includes(changed),
      );
      if (differing.length > 0 && RENAMED.includes(member)) {
        const name = await freeName(String(value), async (candidate) => (await find(candidate)) === undefined);
        item.open = { ...item.open, [member]: name };
        one.notes.push({
          effect: "mended",
          code: "name_in_use",
          message: `Another row has its ${member}: it is now "${name}".`,
        });
        continue;
      }
      one.verdict = "present";
      one.id = String(other[key]);
      if (differing.length > 0)
        one.notes.push({
          effect: "present",
          code: "name_in_use",
          message: `The row with its ${member} stays as it is.`,
        });
      return this.#onlySecrets(one);
    }
  }

  /** The server takes no row that is a part of a row which isn't there. It stays on the device, as the persistence service keeps it. */
  async #keepOrphans(open: readonly Candidate[]): Promise<void> {
    for (const { member, table } of this.#rules.parts) {
      const wholes = [...new Set(open.map(({ item }) => String(item.open[member])))];
      const rows = await this.#bulkGet(table, wholes);
      const known = new Set(wholes.filter((_key, index) => rows[index] !== undefined));
      for (const { old, item, notes } of open) {
        if (known.has(String(item.open[member]))) continue;
        const link = (old.value as Row)[member];
        const isComing =
          this.#run.mode === "preview" && (await this.#old.has(table, link as IDBValidKey).catch(() => false));
        if (isComing || item.localOnly) continue;
        item.localOnly = true;
        notes.push({ effect: "device-only", code: "orphan", message: `There is no row "${link}" in ${table}.` });
      }
    }
  }

  async #storeAll(items: readonly Candidate[]): Promise<void> {
    const { landfall, requireSameUser } = this.#run;
    const collection = this.#collection;
    await landfall.transaction(async () => {
      requireSameUser();
      const rows = items.filter(({ item }) => !item.secretsOnly);
      const some = (localOnly: boolean) =>
        rows.flatMap(({ item }) => (item.localOnly === localOnly ? [item.open] : []));
      if (collection) {
        await collection.putMany(some(false));
        await collection.putMany(some(true), { localOnly: true });
      } else {
        for (const { item } of rows) await this.#store.write(item.open, undefined, item.localOnly);
      }
      for (const { id, item } of items)
        if (item.secrets.length > 0) await this.#secrets.store(this.#rules, id, item.secrets);
      if (this.name === "conversations") await this.#releaseParts(rows.map(({ id }) => id));
    });
  }

  /** Interactions that an earlier run has kept on the device, because their conversations were not there. */
  async #releaseParts(ids: readonly string[]): Promise<void> {
    const { interactions } = this.#run.landfall.collections;
    const waiting = await interactions.where("conversationId").anyOf(ids).list();
    if (waiting.length > 0) await interactions.putMany(waiting, { localOnly: false });
  }
}

/** "Name (2)", or the next free number. */
async function freeName(name: string, isFree: (name: string) => Promise<boolean>): Promise<string> {
  const [, stem = "", last = "1"] = /^(.*?)(?: \((\d+)\))?$/s.exec(name) ?? [];
  // A name has at most 200 characters.
  const short = [...stem].slice(0, 190).join("");
  let number = Number(last) + 1;
  while (!(await isFree(`${short} (${number})`))) number += 1;
  return `${short} (${number})`;
}

/** The keys of all projects: a parent before the projects below it. */
async function parentsFirst(old: OldDatabase): Promise<IDBValidKey[]> {
  const projects = new Map<string, { key: IDBValidKey; parent: string | null }>();
  for await (const page of old.pages("projects")) {
    for (const { key, value } of page) {
      const parentId = isPlainObject(value) ? value.parentId : null;
      const isLink = typeof parentId === "string" || typeof parentId === "number";
      projects.set(keyText(key), { key, parent: isLink ? keyText(parentId) : null });
    }
  }
  const sorted: IDBValidKey[] = [];
  const seen = new Set<string>();
  for (const start of projects.keys()) {
    const chain: IDBValidKey[] = [];
    for (let at: string | null = start; at !== null && !seen.has(at); ) {
      const project = projects.get(at);
      if (!project) break;
      seen.add(at);
      chain.push(project.key);
      at = project.parent;
    }
    sorted.push(...chain.reverse());
  }
  return sorted;
}
