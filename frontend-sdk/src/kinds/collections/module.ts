// `landfall.collections`: one face per declared collection, typed by the OpenAPI document.

import type { Collections } from "../../types/collections";
import type { KindModule } from "../module";
import { RowCollection } from "../row-collection";
import { collectionKinds } from "./descriptor";

export const collections: KindModule<Collections> = {
  kinds: collectionKinds,
  openFace: ({ source, clock }) =>
    // The faces differ in their types only.
    Object.fromEntries(
      collectionKinds.map(({ name }) => [name, new RowCollection(source, clock, name)]),
    ) as unknown as Collections,
};
