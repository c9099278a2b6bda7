// The unit tests with a mutant in the code.

import { fileURLToPath } from "node:url";
import { loadConfigFromFile, mergeConfig } from "vite";
import { mutantPlugin } from "./plugin.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { config } = await loadConfigFromFile({ command: "serve", mode: "test" }, `${root}vitest.config.ts`);

// A loaded machine makes no mutant fail: one that hangs is noticed by the limit of the whole run.
export default mergeConfig(config, { root, plugins: [mutantPlugin()], test: { testTimeout: 120_000 } });
