// What a page of Better Auth's users does: the stock client, with nothing set but where it is. Bundled into the pages of a test.

import { createAuthClient } from "better-auth/client";

// A new tab is an empty page first, which has no server.
if (location.protocol === "http:") Reflect.set(window, "auth", createAuthClient());
