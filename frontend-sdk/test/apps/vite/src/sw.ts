import { handleBackgroundSync, type ShellFile, serveShell } from "@landfall/client/sw";
import { options } from "./options";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: ShellFile[] };

serveShell(self, { files: self.__WB_MANIFEST });
handleBackgroundSync(self, options);
