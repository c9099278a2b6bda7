// The kinds of rows that the client syncs: one line per folder. Their order is the order in which pulled rows are stored.

import type { Kinds } from "../store/synced-kind";
import type { ConflictPolicy } from "../types/conflicts";
import { assets } from "./assets/module";
import { assistants } from "./assistants/module";
import { chat } from "./chat/module";
import { collections } from "./collections/module";
import type { KindModules } from "./module";
import { projects } from "./projects/module";

export const builtinModules = { projects, chat, assets, assistants, collections } satisfies KindModules;

/** The kinds of the modules by name, with the application's conflict policies in place of their own. */
export function kindsOf(
  modules: KindModules = builtinModules,
  policies: Readonly<Record<string, ConflictPolicy>> = {},
): Kinds {
  const kinds = Object.values(modules).flatMap((module) => module.kinds);
  return new Map(
    kinds.map((kind) => [kind.name, { ...kind, conflictPolicy: policies[kind.name] ?? kind.conflictPolicy }]),
  );
}
