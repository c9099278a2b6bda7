// `@landfall/client/transfer`: files into the account, whatever application wrote them.

export { importFile } from "./import-file";
export type { ImportFileOptions, ImportFileReport, SecretRow } from "./types";
