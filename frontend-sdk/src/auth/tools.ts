// What code that is loaded on demand has from the core.

import { LandfallError, NotSignedInError } from "../errors";
import { errorOf } from "../http/outcome";
import { elapsedBy } from "../util/clock";

/** That code imports only types of the core: shared code in a chunk of its own would make the core larger. */
export const TOOLS = { LandfallError, NotSignedInError, elapsedBy, errorOf };
export type Tools = typeof TOOLS;
