// Puts a mutant into the code that Vite loads. The files on the disk stay as they are, so that an interrupted run leaves no mutant behind.

import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The mutant is in the variable SDK_MUTANT, as JSON: `{ file, start, end, text }`. Without it nothing changes. */
export function mutantPlugin() {
  const { file, start, end, text } = JSON.parse(process.env.SDK_MUTANT ?? "{}");
  return {
    name: "landfall-mutant",
    enforce: "pre",
    transform(code, id) {
      if (file === undefined || id.split("?")[0] !== root + file) return null;
      return code.slice(0, start) + text + code.slice(end);
    },
  };
}
