// The descriptors of the declared collections, from the data that is generated from the OpenAPI document.

import { generatedCollections } from "../../generated/tables.gen";
import { KIND_DEFAULTS, type SyncedKind } from "../../store/synced-kind";

export const collectionKinds: readonly SyncedKind[] = Object.entries(generatedCollections).map(
  ([name, rules]): SyncedKind => ({
    ...KIND_DEFAULTS,
    ...rules,
    name,
    versioned: true,
    toBody({ [rules.key]: _key, ...value }) {
      return value;
    },
    titleOf: ({ title, name: ownName }) => title ?? ownName,
  }),
);
