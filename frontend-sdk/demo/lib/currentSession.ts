// Which session is open: named in the address, so that a reload and the back button keep it.
// Without a name, or with one that this person doesn't have, it is the newest session, and the address is given its name:
// what somebody reads must not change because another session becomes the newest.
import type { ChatSessionRow } from "@landfall/client";
import { useCallback, useEffect, useState } from "react";
import { filesHash, useHash } from "./place";

const prefix = "#/s/";

type CurrentSession = {
  /** Undefined while nothing is open: see `ready`. */
  current: ChatSessionRow | undefined;
  /** False for the moments before the list, or a session made just now, has been read. */
  ready: boolean;
  open: (sessionId: string) => void;
};

/** `sessions` is the list as the client gives it, newest first. */
export function useCurrentSession(sessions: readonly ChatSessionRow[] | undefined): CurrentSession {
  const hash = useHash();
  const named = hash.startsWith(prefix) ? hash.slice(prefix.length) : undefined;
  // Opened before it is in the list: a new session is written, then the list is read again.
  const [awaited, setAwaited] = useState<string>();
  const found = sessions?.find((session) => session.id === named);
  const awaiting = !found && named !== undefined && named === awaited;
  const current = found ?? (awaiting ? undefined : sessions?.[0]);
  const currentId = current?.id;

  useEffect(() => {
    if (currentId === undefined) return;
    if (currentId === awaited) setAwaited(undefined);
    if (currentId !== named && hash !== filesHash) window.history.replaceState(null, "", prefix + currentId);
  }, [currentId, named, awaited, hash]);

  const open = useCallback((sessionId: string) => {
    setAwaited(sessionId);
    window.location.hash = prefix + sessionId;
  }, []);

  return { current, ready: sessions !== undefined && !awaiting, open };
}
