// `landfall.collections`: one face for each declared collection, typed by the server's document.

import type { Clock } from "../clock";
import { generatedCollections } from "../generated/tables.gen";
import type { WorkspaceSource } from "../live";
import type { Collections } from "../types";
import { RowCollection } from "./collection";

export function openCollections(source: WorkspaceSource, clock: Clock): Collections {
  const names = Object.keys(generatedCollections);
  // The faces differ in their types alone.
  return Object.fromEntries(
    names.map((name) => [name, new RowCollection(source, clock, name)]),
  ) as unknown as Collections;
}
