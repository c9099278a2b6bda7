// A page with the unchanged client of Better Auth and its defaults. It is bundled into the pages of a test.

import { createAuthClient } from "better-auth/client";

// A new tab is first an empty page, which has no server.
if (location.protocol === "http:") Reflect.set(window, "auth", createAuthClient());
