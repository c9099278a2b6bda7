// The descriptors of the declared collections, from the data that is generated from the OpenAPI document.

import { generatedCollections } from "../../generated/tables.gen";
import { KIND_DEFAULTS, type SyncedKind } from "../../store/synced-kind";

/** What differs from most collections. */
type Rules = Partial<Pick<SyncedKind, "table" | "key" | "conflictPolicy" | "direction" | "unique" | "references">>;

export const collectionKinds: readonly SyncedKind[] = Object.entries<Rules>(generatedCollections).map(
  ([name, rules]): SyncedKind => ({
    ...KIND_DEFAULTS,
    table: name,
    conflictPolicy: "merge",
    ...rules,
    name,
    versioned: true,
    toBody({ [rules.key ?? KIND_DEFAULTS.key]: _key, ...value }) {
      return value;
    },
    titleOf: ({ title, name: ownName }) => title ?? ownName,
  }),
);
