// What an older version of the server lacks: collections, the outcomes by number, and the size of pages.

import { ApiError } from "./api-error";
import { SOURCES } from "./registry";

export interface Lacks {
  collections: readonly string[];
  /** Whether a pull that names an unknown collection is refused. A later version leaves the name out and tells it. */
  refusesUnknown: boolean;
}

/** The sources that a version knows, among the wanted ones. Throws where the version refuses unknown names. */
export function knownSources(wanted: readonly string[] | undefined, lacks: Lacks | null): readonly string[] {
  const known = SOURCES.filter((name) => !lacks?.collections.includes(name));
  if (!wanted) return known;
  if (lacks?.refusesUnknown && wanted.some((name) => !known.includes(name)))
    throw new ApiError("unknown_collection", [{ pointer: "/collections", code: "unknown_collection", detail: "" }]);
  return wanted.filter((name) => known.includes(name));
}
