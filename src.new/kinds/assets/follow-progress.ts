// Shows the uploads of whichever user is signed in.

import type { OpenWorkspace, WorkspaceSource } from "../../store/live";
import type { UploadProgress } from "../../types/assets";
import type { Progress } from "./progress";

type Uploads = ReadonlyMap<string, UploadProgress>;

/** `open` resolves to the files of a workspace. Returns a function that stops it. */
export function followProgress(
  source: WorkspaceSource,
  open: (workspace: OpenWorkspace) => Promise<{ progress: Progress }>,
  set: (uploads: Uploads) => void,
): () => void {
  let stop = () => {};
  const follow = (workspace: OpenWorkspace | null) => {
    stop();
    set(new Map());
    let left = false;
    stop = () => {
      left = true;
    };
    if (!workspace) return;
    open(workspace).then(
      ({ progress }) => {
        if (left) return;
        stop = progress.shown.subscribe(set);
      },
      () => {},
    );
  };
  const unfollow = source.current.subscribe(follow);
  return () => {
    unfollow();
    stop();
  };
}
