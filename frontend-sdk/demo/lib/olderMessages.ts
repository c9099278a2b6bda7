// Loads older messages when the reader is near the top of the list: from this device first, then from the server.
import type { ChatMessageRow } from "@landfall/client";
import { useLandfall, useSyncStatus } from "@landfall/client/react";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** The number of messages that are drawn at first and added by each step. It is two screens of short messages. */
export const step = 120;
// The next step starts at this distance from the top.
const loadAhead = "1200px";

/** "idle": there may be more. "end": there are no more. "unreachable": the rest needs the server. */
type LoadState = "idle" | "loading" | "end" | "unreachable";

type Older = { top: RefObject<HTMLParagraphElement | null>; state: LoadState };

/** `messages` are the drawn ones. Undefined until they are read. */
export function useOlderMessages(
  sessionId: string,
  messages: readonly ChatMessageRow[] | undefined,
  scroller: RefObject<HTMLElement | null>,
): Older {
  const { chat } = useLandfall();
  const { online } = useSyncStatus();
  const [state, setState] = useState<LoadState>("idle");
  const top = useRef<HTMLParagraphElement>(null);
  const total = messages?.length;

  const loadOlder = useCallback(async () => {
    setState("loading");
    try {
      const { hasMore } = await chat.loadOlder(sessionId);
      setState(hasMore ? "idle" : "end");
    } catch {
      // The client is offline or the server fails. The next reconnection tries again.
      setState("unreachable");
    }
  }, [chat, sessionId]);

  useEffect(() => {
    if (online) setState((now) => (now === "unreachable" ? "idle" : now));
  }, [online]);

  // A new observer reports at once, so each change of the list checks the distance again.
  useEffect(() => {
    if (!top.current || total === undefined || state !== "idle") return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void loadOlder();
      },
      { root: scroller.current, rootMargin: `${loadAhead} 0px 0px 0px` },
    );
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [total, state, scroller, loadOlder]);

  return { top, state };
}
