// The faces of the kinds of rows, one line per kind.

import type { Assets } from "./assets";
import type { Assistants } from "./assistants";
import type { Chat } from "./chat";
import type { Collections } from "./collections";
import type { Projects } from "./projects";

export interface KindFaces {
  readonly assets: Assets;
  readonly assistants: Assistants;
  readonly chat: Chat;
  readonly collections: Collections;
  readonly projects: Projects;
}
