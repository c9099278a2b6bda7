// The offline shell without a bundler: a module worker, and the files by hand.
import { serveShell } from "/node_modules/@landfall/client/dist/sw/shell.mjs";

const library = "/node_modules/@landfall/client/dist/";
const files = ["/", "/main.js", "/port.txt", `${library}index.mjs`];

// What the library imports has names by content, which this worker doesn't know. The page's requests find them in the HTTP cache or the network.
serveShell(self, { files, version: "1" });
