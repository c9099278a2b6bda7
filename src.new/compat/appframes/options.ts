// The options of a client for AppFrames: projects before any sign-in, and the document's names of the conflict policies.

import type { ConflictPolicy, KeepLocal } from "../../types";

/** What happens to a project that another device has changed meanwhile: this device's copy is sent, the server's is taken, or the user is asked. */
export type ProjectPolicy = "last-write-wins" | "prefer-server" | "ask";

const POLICIES: Readonly<Record<ProjectPolicy, ConflictPolicy>> = {
  "last-write-wins": "client-wins",
  "prefer-server": "server-wins",
  ask: "ask",
};

export interface AppFramesOptions {
  guest: true;
  conflicts: { projects: ConflictPolicy };
  files: { keepLocal: KeepLocal };
}

/**
 * Options for `createLandfall`. Files stay on this device as the working copy.
 *
 * @example
 * const landfall = createLandfall({ name: "appframes", ...appFramesOptions({ projects: "last-write-wins" }) });
 */
export function appFramesOptions({ projects = "ask" }: { projects?: ProjectPolicy } = {}): AppFramesOptions {
  return { guest: true, conflicts: { projects: POLICIES[projects] }, files: { keepLocal: "always" } };
}
