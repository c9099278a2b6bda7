// The unit tests with a mutant in the code.

import { fileURLToPath } from "node:url";
import { loadConfigFromFile, mergeConfig } from "vite";
import { mutantPlugin } from "./plugin.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { config } = await loadConfigFromFile({ command: "serve", mode: "test" }, `${root}vitest.config.ts`);

export default mergeConfig(config, { root, plugins: [mutantPlugin()] });
