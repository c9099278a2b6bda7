// AppFrames' hook for the state of its projects, with the button "Sync now".

import { useMemo } from "react";
import { useLandfall, useObservable } from "../../react/context";
import { type SyncWord, syncWordOf } from "./words";

export interface ProjectSync {
  syncStatus: SyncWord;
  isSignedIn: boolean;
  /** Sends what waits and pulls. Resolves when both are requested. */
  syncAll(): Promise<void>;
  /** Moves what was made before the sign-in into the account. A project that the account has too is there twice afterwards. */
  claimLocalProjects(): Promise<void>;
}

export function useProjectSync(): ProjectSync {
  const landfall = useLandfall();
  const auth = useObservable(landfall.auth.session);
  const syncStatus = syncWordOf(useObservable(landfall.sync.status), auth);
  const isSignedIn = auth.status === "signed-in";
  return useMemo(
    () => ({
      syncStatus,
      isSignedIn,
      syncAll: () => landfall.sync.now(),
      async claimLocalProjects() {
        await landfall.guest.claim();
      },
    }),
    [landfall, syncStatus, isSignedIn],
  );
}
