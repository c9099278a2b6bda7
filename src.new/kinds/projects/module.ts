// Registers projects: documents in a tree. A put keeps the members that it doesn't name. A delete cascades to the children, and a deleted project can
// be restored.

import type { Projects } from "../../types/projects";
import type { KindModule } from "../module";
import { RestorableCollection } from "../restorable-collection";
import { PROJECTS, projectKind } from "./descriptor";

export const projects: KindModule<Projects> = {
  kinds: [projectKind],
  // The face is typed here: a collection's rows have any members.
  openFace: ({ source, clock }) =>
    new RestorableCollection(source, clock, PROJECTS, (edits) => edits.projectWrites) as unknown as Projects,
};
