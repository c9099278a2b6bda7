// Faults that tests switch on, so that they can show that they find such faults. The package build sets `FAULTS_ENABLED` to false and drops
// the code that depends on it.

declare const __LANDFALL_FAULTS__: boolean | undefined;

/** Whether faults can be chosen: true in tests only. */
export const FAULTS_ENABLED: boolean = typeof __LANDFALL_FAULTS__ === "boolean" && __LANDFALL_FAULTS__;

export const FAULTS = [
  "newer local edit overwritten",
  "cursor saved apart from changes",
  "unknown collection skipped",
  "edit during a push dropped",
  "outbox dropped on 401",
  "unsent work forgotten on resync",
  "nothing offered after a restore",
  "silence taken for a refusal",
  "parked for an unknown collection forever",
  "names settled one by one",
  "cascade left to the server",
  "exact numbers rounded",
  "delays by the clock alone",
  "slow answer given up",
  "slow request given up",
  "frozen tab waited for",
  "refused request parks its entries",
  "lives compared by revision",
  "guest emptied too early",
  "claim of anybody",
  "excluded writes forgotten",
  "forgotten outcome sent again",
  "outcomes not asked for",
  "missing outcome taken for success",
  "thawed tab goes on",
  "conflict merged without its base",
  "form saved as it is",
  "unchanged members written again",
] as const;

export type Fault = (typeof FAULTS)[number];

/** What a test sets on `globalThis`. */
interface ChosenFaults {
  landfallFault?: string;
  /** By application name: the collections that its version doesn't know. */
  landfallUnknown?: ReadonlyMap<string, readonly string[]>;
}

/** Whether a test chose this fault. */
export function hasFault(fault: Fault): boolean {
  return (globalThis as ChosenFaults).landfallFault === fault;
}

/** Collections that the application with this database treats as unknown, as an older version of it would. */
export function unknownTo(database: string): readonly string[] {
  const apps = [...((globalThis as ChosenFaults).landfallUnknown ?? [])];
  return apps.find(([appName]) => database.startsWith(`${appName}-`))?.[1] ?? [];
}
