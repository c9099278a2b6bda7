// Registers assistants.

import type { Assistants } from "../../types/assistants";
import type { KindModule } from "../module";
import { AssistantsApi } from "./api";
import { assistantKind } from "./descriptor";

export const assistants: KindModule<Assistants> = {
  kinds: [assistantKind],
  // The face is typed here: a collection's rows have any members.
  openFace: (parts) => new AssistantsApi(parts) as unknown as Assistants,
};
