// What the faces of other APIs need of a client beside its public face.

import { LandfallError } from "../errors";
import { AssistantsApi } from "../kinds/assistants/api";
import type { FaceParts } from "../kinds/module";
import type { Landfall } from "../types";

/** Throws LandfallError `invalid_option` for an object that `createLandfall` didn't create. */
export function partsOf({ assistants }: Landfall): FaceParts {
  const api: unknown = assistants;
  if (api instanceof AssistantsApi) return api.parts;
  throw new LandfallError("invalid_option", "Pass a client of createLandfall.");
}
