// Registers projects.

import type { Projects } from "../../types/projects";
import type { KindModule } from "../module";
import { ProjectsApi } from "./api";
import { projectKind } from "./descriptor";

export const projects: KindModule<Projects> = {
  kinds: [projectKind],
  openFace: ({ source, clock }) => new ProjectsApi(source, clock),
};
