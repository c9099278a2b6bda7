// What a device shows of projects before its first pull has brought them: the list of the initial snapshot, without documents.

import { AppState, type UserState } from "../../store/app-state";
import { liveOf } from "../../store/live";
import type { UserDatabase } from "../../store/synced-kind";
import type { Landfall, Observable, Project } from "../../types";
import type { SyncInitResponse } from "../../types/wire";
import { partsOf } from "../parts";

/** A project in a list. `hasArrived`: its document is on this device, and it can be edited. */
export type ListedProject = Omit<Project, "data"> & { hasArrived: boolean };

/**
 * The projects without their documents, the last changed first: those of this device, and until the first pull has passed also those of the initial
 * snapshot. `undefined` until first read.
 *
 * @example
 * listProjects(landfall).subscribe((projects) => showSidebar(projects ?? []));
 */
export function listProjects(landfall: Landfall): Observable<ListedProject[] | undefined> {
  return liveOf(partsOf(landfall).source, { key: ["listed projects"], query: ({ db }) => queryProjects(db) });
}

async function queryProjects(db: UserDatabase): Promise<ListedProject[]> {
  const listed: ListedProject[] = [];
  await db.table<Project>("projects").each(({ data: _data, ...project }) => {
    listed.push({ ...project, hasArrived: true });
  });
  const here = new Set(listed.map(({ id }) => id));
  const first = await snapshotRest(db);
  for (const project of (first?.summaries.projects ?? []) as SyncInitResponse["projects"])
    if (!here.has(project.id)) listed.push({ ...project, hasArrived: false });
  return listed.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
}

/** What the initial snapshot had beside rows; `undefined` when the first pull has brought it. */
export function snapshotRest(db: UserDatabase): Promise<UserState["sync.first"] | undefined> {
  return new AppState<UserState>(db.appState).get("sync.first");
}
