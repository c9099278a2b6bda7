// The open session. The URL names it, so that reloads and the back button keep it. If the URL names no existing
// session, the newest one opens and the URL gets its id, so that a newer session does not replace it.
import type { ChatSessionRow } from "@landfall/client";
import { useCallback, useEffect, useState } from "react";
import { useHash, viewOf } from "./openView";

const prefix = "#/s/";

type CurrentSession = {
  /** Undefined if no session is open. See `ready`. */
  current: ChatSessionRow | undefined;
  /** False until the list, or a session created just now, has been read. */
  ready: boolean;
  open: (sessionId: string) => void;
};

/** `sessions` is the list as the client returns it, newest first. */
export function useCurrentSession(sessions: readonly ChatSessionRow[] | undefined): CurrentSession {
  const hash = useHash();
  const named = hash.startsWith(prefix) ? hash.slice(prefix.length) : undefined;
  // A created session is stored first and appears in the list after the next read.
  const [awaited, setAwaited] = useState<string>();
  const found = sessions?.find((session) => session.id === named);
  const awaiting = !found && named !== undefined && named === awaited;
  const current = found ?? (awaiting ? undefined : sessions?.[0]);
  const currentId = current?.id;

  useEffect(() => {
    if (currentId === undefined) return;
    if (currentId === awaited) setAwaited(undefined);
    if (currentId !== named && viewOf(hash) === "chat") window.history.replaceState(null, "", prefix + currentId);
  }, [currentId, named, awaited, hash]);

  const open = useCallback((sessionId: string) => {
    setAwaited(sessionId);
    window.location.hash = prefix + sessionId;
  }, []);

  return { current, ready: sessions !== undefined && !awaiting, open };
}
