// The user's preferences: the values of the collection `settings`, kept in memory for five minutes.

import type { OpenWorkspace } from "../../store/live";
import type { Landfall } from "../../types";
import { elapsedBy } from "../../util/clock";
import { partsOf } from "../parts";
import { snapshotRest } from "./list-projects";

const FIVE_MINUTES_MS = 300_000;
/** Keys of the SDK's own. */
const RESERVED = "landfall:";

export type PreferenceValues = Readonly<Record<string, unknown>>;

export interface Preferences {
  /**
   * All preferences by their keys, as they were read within five minutes. Until the first pull has passed they have those of the initial snapshot and are
   * read at each call. Rejects with NotSignedInError.
   */
  get(): Promise<PreferenceValues>;
  /** Stores a preference, and shows it at once. Rejects like a put of a collection. */
  set(key: string, value: unknown): Promise<void>;
  /** The next `get` reads again. */
  forget(): void;
}

/**
 * Creates the cache of one page.
 *
 * @example
 * const preferences = createPreferences(landfall);
 * const { theme = "light" } = await preferences.get();
 * await preferences.set("theme", "dark");
 */
export function createPreferences(landfall: Landfall, { ttlMs = FIVE_MINUTES_MS } = {}): Preferences {
  const { source, clock } = partsOf(landfall);
  const elapsed = elapsedBy(clock);
  let cached: { of: OpenWorkspace; values: Promise<PreferenceValues>; until: number } | null = null;

  const read = async ({ db, state }: OpenWorkspace): Promise<{ values: PreferenceValues; isWhole: boolean }> => {
    const first = await snapshotRest(db);
    const isWhole = first === undefined && (await state.get("sync.pull"))?.complete === true;
    const settings = await landfall.collections.settings.list();
    const own = settings.flatMap(({ key, value }) => (key.startsWith(RESERVED) ? [] : [[key, value] as const]));
    return { values: { ...first?.preferences, ...Object.fromEntries(own) }, isWhole };
  };

  return {
    async get() {
      const workspace = await source.required();
      if (cached?.of === workspace && elapsed() < cached.until) return cached.values;
      const reading = read(workspace);
      const mine = { of: workspace, values: reading.then(({ values }) => values), until: elapsed() + ttlMs };
      cached = mine;
      const forget = () => {
        if (cached === mine) cached = null;
      };
      // What is still to come isn't missing for five minutes.
      reading.then(({ isWhole }) => isWhole || forget(), forget);
      return mine.values;
    },
    async set(key, value) {
      await landfall.collections.settings.put({ key, value });
      cached = null;
    },
    forget() {
      cached = null;
    },
  };
}
