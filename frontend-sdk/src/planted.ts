// Faults that are put in on purpose, so that the tests which are to find such faults can show that they do. A built package has none of this:
// `PLANTED` is false there, and what depends on it is left out.

declare const __LANDFALL_PLANTED__: boolean | undefined;

/** Whether faults can be chosen at all: in tests only. */
export const PLANTED: boolean = typeof __LANDFALL_PLANTED__ === "boolean" && __LANDFALL_PLANTED__;

/** What can go wrong. */
export const PLANTS = [
  "newer local edit overwritten",
  "cursor saved apart from changes",
  "unknown collection skipped",
  "edit during a push dropped",
  "outbox dropped on 401",
  "unsent work forgotten on resync",
  "nothing offered after a restore",
] as const;

export type Plant = (typeof PLANTS)[number];

/** The tests' side of it. */
interface Chosen {
  landfallPlant?: string;
  /** Collections that an app of this name is too old to know. */
  landfallUnknown?: ReadonlyMap<string, readonly string[]>;
}

/** Whether this fault was chosen. */
export function planted(plant: Plant): boolean {
  return (globalThis as Chosen).landfallPlant === plant;
}

/** Collections that the app with this database is to take for unknown, as an older version of it would. */
export function unknownTo(database: string): readonly string[] {
  const apps = [...((globalThis as Chosen).landfallUnknown ?? [])];
  return apps.find(([appName]) => database.startsWith(`${appName}-`))?.[1] ?? [];
}
