// When older messages are asked for: as the reader comes near the top of the list, which then grows upwards,
// first from this device, then from the server.
import type { ChatMessageRow } from "@landfall/client";
import { useLandfall, useSyncStatus } from "@landfall/client/react";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Drawn at once, and added at each step. Two screens of short messages; a session of 10,000 stays light. */
export const step = 120;
// The next step begins while this much is still above the reader.
const headStart = "1200px";

/** "idle": there may be more. "end": there is none. "unreachable": only the server would know. */
type OlderState = "idle" | "loading" | "end" | "unreachable";

type Older = { top: RefObject<HTMLParagraphElement | null>; state: OlderState };

/** `messages` is what is drawn; undefined until it is read. */
export function useOlder(
  sessionId: string,
  messages: readonly ChatMessageRow[] | undefined,
  scroller: RefObject<HTMLElement | null>,
): Older {
  const { chat } = useLandfall();
  const { online } = useSyncStatus();
  const [state, setState] = useState<OlderState>("idle");
  const top = useRef<HTMLParagraphElement>(null);
  const total = messages?.length;

  const loadOlder = useCallback(async () => {
    setState("loading");
    try {
      const { hasMore } = await chat.loadOlder(sessionId);
      setState(hasMore ? "idle" : "end");
    } catch {
      // Offline, or the server has trouble: the next time online tries again.
      setState("unreachable");
    }
  }, [chat, sessionId]);

  useEffect(() => {
    if (online) setState((now) => (now === "unreachable" ? "idle" : now));
  }, [online]);

  // A new observer reports at once, so each change of what is drawn looks again whether the top is near.
  useEffect(() => {
    if (!top.current || total === undefined || state !== "idle") return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void loadOlder();
      },
      { root: scroller.current, rootMargin: `${headStart} 0px 0px 0px` },
    );
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [total, state, scroller, loadOlder]);

  return { top, state };
}
