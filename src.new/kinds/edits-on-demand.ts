// Loads the code of the application's writes: at once, without delaying anything.

import { Dexie } from "dexie";
import { LandfallError } from "../errors";
import { OnDemand } from "../util/on-demand";

export type Edits = typeof import("./edits");

const code = new OnDemand<Edits>(() => import("./edits"));

const NOT_LOADED = "A part of the app could not be loaded. Nothing was saved.";

/** What is loaded by now. */
export const loadedEdits = (): Edits | null => code.loaded;

/** `null` where it can't be loaded; the next call tries again. Inside a transaction nothing is loaded, since that would end it. */
export async function loadEdits(): Promise<Edits | null> {
  return Dexie.currentTransaction ? code.loaded : code.load().catch(() => null);
}

/** What was loaded by an earlier call of `requireEdits`. */
export function givenEdits(): Edits {
  if (!code.loaded) throw new LandfallError("offline", NOT_LOADED);
  return code.loaded;
}

/** Rejects with code `offline` where the code can't be loaded. */
export async function requireEdits(): Promise<Edits> {
  const edits = await loadEdits();
  return edits ?? givenEdits();
}
