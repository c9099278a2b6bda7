// The SDK before the kind `mods` and the present version of the database.

import { createClient } from "../../../src/client";
import { builtinModules } from "../../../src/kinds/registry";

const { collections, ...others } = builtinModules;
const known = { ...collections, kinds: collections.kinds.filter(({ name }) => name !== "mods") };

const landfall = createClient({ name: "two-versions" }, { ...others, collections: known });
Object.assign(window, { landfall, started: landfall.start() });
