// The code of kinds that pages load on demand, for a service worker, in which `import()` rejects.

import * as files from "./assets/files";
import { filesCode } from "./assets/lazy-files";

/** Makes the code available without loading it. */
export function bundleKinds(): void {
  filesCode.provide(files);
}
