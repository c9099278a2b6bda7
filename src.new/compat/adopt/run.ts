// Runs a takeover: database after database, table after table, page after page. Only one tab runs at a time. What a page has become is noted after it is
// stored, so a run that was cut off is repeated from there.

import { LandfallError } from "../../errors";
import { AssistantsApi } from "../../kinds/assistants/api";
import { AppState, type UserState } from "../../store/app-state";
import { TabLocks } from "../../sync/tab-locks";
import type { Landfall } from "../../types";
import { deleteDatabase, keyText, OldDatabase, type OldRow } from "./old-database";
import type { OldTable, Product, Run } from "./product";
import { ReportBuilder } from "./report";
import { TakenRows } from "./taken";
import type { AdoptionOptions, AdoptionReport, OldData, RemoveOptions } from "./types";

const LOCK = "adopt";

export class Takeover implements OldData {
  readonly #landfall: Landfall;
  readonly #api: AssistantsApi;
  readonly #product: Product;

  /** Throws LandfallError `invalid_option` for a client with other kinds of rows. */
  constructor(landfall: Landfall, product: Product) {
    const api: unknown = landfall.assistants;
    if (!(api instanceof AssistantsApi))
      throw new LandfallError("invalid_option", "openOldData: this client has other kinds of rows.");
    this.#landfall = landfall;
    this.#api = api;
    this.#product = product;
  }

  preview(options: AdoptionOptions = {}): Promise<AdoptionReport> {
    return this.#run("preview", options, options.signal);
  }

  adopt(options: AdoptionOptions = {}): Promise<AdoptionReport> {
    return this.#alone((signal) => this.#run("adopt", options, signal), options.signal);
  }

  idOf(database: string, table: string, key: IDBValidKey): Promise<string | undefined> {
    return this.#withTaken(async (taken) => (await taken.among(database, table, [key])).get(keyText(key)));
  }

  removeOld({ evenLeft = false, ...options }: RemoveOptions = {}): Promise<void> {
    return this.#alone(async (signal) => {
      const { tables } = await this.#run("preview", options, signal, true);
      const left = tables.reduce((sum, { taken, skipped, different }) => sum + taken + skipped + different, 0);
      if (left > 0 && !evenLeft)
        throw new LandfallError("not_adopted", `${left} old rows were not taken. \`preview\` lists them.`);
      const {
        clock,
        options: { storage },
      } = this.#api.parts;
      for (const name of this.#product.databases) {
        const old = await OldDatabase.open(name, storage);
        try {
          if (old) await this.#product.removeFiles?.(old);
        } finally {
          old?.close();
        }
        if (old) await deleteDatabase(name, storage, clock);
        await this.#withTaken((taken) => taken.forget(name));
      }
    }, options.signal);
  }

  /** Runs `work` while no other tab does. */
  async #alone<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { options, clock } = this.#api.parts;
    const locks = new TabLocks(options, clock);
    try {
      return await locks.hold(LOCK, "exclusive", work, signal);
    } finally {
      locks.close();
    }
  }

  #withTaken<T>(work: (taken: TakenRows) => Promise<T>): Promise<T> {
    const taken = new TakenRows(this.#api.parts.options);
    return work(taken).finally(() => taken.close());
  }

  /** `ofAnybody`: also what another user has begun to take. */
  #run(
    mode: Run["mode"],
    options: AdoptionOptions,
    signal: AbortSignal | undefined,
    ofAnybody = false,
  ): Promise<AdoptionReport> {
    return this.#withTaken(async (taken) => {
      const run = await this.#open(mode, taken, signal);
      const builder = new ReportBuilder();
      for (const name of this.#product.databases) {
        signal?.throwIfAborted();
        const old = await OldDatabase.open(name, run.options.storage);
        if (!old) continue;
        try {
          const owner = await taken.ownerOf(name, run.userId);
          builder.database(old, owner);
          if (owner === "other" && !ofAnybody) continue;
          if (mode === "adopt") await taken.setOwner(name, run.userId);
          await this.#takeDatabase(old, run, builder, { ...options, signal });
        } catch (error) {
          // The database of a user who has left is closed, which has many names.
          run.requireSameUser();
          throw error;
        } finally {
          old.close();
        }
      }
      return builder.report;
    });
  }

  async #open(mode: Run["mode"], taken: TakenRows, signal: AbortSignal | undefined): Promise<Run> {
    const { source, options } = this.#api.parts;
    await this.#landfall.start();
    const { userId, db } = await source.required();
    const requireSameUser = () => {
      if (source.current.get()?.userId !== userId)
        throw new LandfallError("interrupted", "Another user is signed in by now. Call `adopt` again.");
    };
    return {
      ...{ mode, landfall: this.#landfall, api: this.#api, options, userId, db, taken, requireSameUser },
      files: new Set<string>(),
      limits: await new AppState<UserState>(db.appState).get("sync.limits"),
      checkpoint() {
        signal?.throwIfAborted();
        requireSameUser();
      },
    };
  }

  async #takeDatabase(
    old: OldDatabase,
    run: Run,
    builder: ReportBuilder,
    options: { signal: AbortSignal | undefined; onProgress?: AdoptionOptions["onProgress"] },
  ): Promise<void> {
    const { name } = old;
    const { signal, onProgress = () => {} } = options;
    const { ignored = {} } = this.#product;
    const tables = this.#product.tables(old, run).filter((table) => old.tables.includes(table.name));
    for (const table of tables) {
      const rows = await old.count(table.name);
      const counts = builder.table(name, table.name, rows);
      counts.different = await run.taken.differing(name, table.name);
      const others = this.#product.databases.filter((other) => other !== name);
      let done = 0;
      for await (const page of table.pages?.() ?? old.pages(table.name)) {
        signal?.throwIfAborted();
        run.requireSameUser();
        const before = await run.taken.among(name, table.name, keysOf(page));
        const open = page.filter(({ key }) => !before.has(keyText(key)));
        counts.before += page.length - open.length;
        for (const one of await takePage([name, ...others], table, open, run)) builder.count(counts, one);
        done += page.length;
        onProgress({ database: name, table: table.name, done, rows });
      }
    }
    for (const table of old.tables.filter((known) => !tables.some((one) => one.name === known))) {
      const reason = ignored[table];
      const unknown = "This table is unknown here, so nothing of it is taken.";
      builder.ignored(name, table, await old.count(table), reason ?? unknown, reason === undefined);
    }
  }
}

/**
 * Examines the rows of a page and, unless this is a preview, stores them and notes what they have become. `databases`: the page's own, and the others of the
 * product.
 */
async function takePage(
  [database = "", ...others]: readonly string[],
  table: OldTable,
  open: readonly OldRow[],
  run: Run,
) {
  if (open.length === 0) return [];
  const examined = await table.examine(open);
  for (const one of examined) {
    if (!one.notes.some(({ effect }) => effect === "present")) continue;
    // A later database of the application has the row, and its version was taken.
    const taken = others.map((other) => run.taken.among(other, table.name, [one.old.key]));
    one.differs = (await Promise.all(taken)).every((found) => found.size === 0);
  }
  if (run.mode === "preview") return examined;
  const failures = await table.store(examined.filter(({ item }) => item !== undefined));
  const after = examined.map((one) => {
    const failure = failures.get(one);
    return failure ? { ...one, verdict: "skipped" as const, notes: [failure] } : one;
  });
  const done = after.filter(({ verdict }) => verdict !== "skipped");
  await run.taken.add(
    database,
    table.name,
    done.map(({ old, id, differs = false }) => ({ key: old.key, id, differs })),
  );
  return after;
}

function keysOf(page: readonly OldRow[]): IDBValidKey[] {
  return page.map(({ key }) => key);
}
