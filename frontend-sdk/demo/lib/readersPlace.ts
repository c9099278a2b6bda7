// Where the reader is in the list, and whether to stay there: at the end new messages come into view by themselves,
// further up nothing moves and the unseen ones are counted.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

// Nearer to the end than this counts as being there: about two short messages.
const nearEndPx = 96;

type Place = {
  scroller: RefObject<HTMLElement | null>;
  atEnd: boolean;
  /** Messages that arrived below since the reader left the end. */
  unseen: number;
  toEnd: () => void;
};

/** `sent` counts what the reader wrote: writing brings one to the end. The scroller must be a reversed column. */
export function useReadersPlace(total: number, newestKey: string | undefined, sent: number): Place {
  const scroller = useRef<HTMLElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [unseen, setUnseen] = useState(0);
  const before = useRef({ total, newestKey, sent });

  const toEnd = useCallback(() => scroller.current?.scrollTo({ top: 0 }), []);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    // What scrolls must be reachable by keyboard; Safari doesn't see to that by itself.
    box.tabIndex = 0;
    // In a reversed column the end is 0 and everything above it is negative.
    const onScroll = () => {
      const near = box.scrollTop > -nearEndPx;
      setAtEnd(near);
      if (near) setUnseen(0);
    };
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => box.removeEventListener("scroll", onScroll);
  }, []);

  useLayoutEffect(() => {
    const last = before.current;
    before.current = { total, newestKey, sent };
    if (sent !== last.sent) toEnd();
    // Older messages change the total but not the newest: those are not news.
    const news = newestKey === last.newestKey ? 0 : Math.max(0, total - last.total);
    if (!atEnd && news > 0) setUnseen((count) => count + news);
  }, [total, newestKey, sent, atEnd, toEnd]);

  return { scroller, atEnd, unseen, toEnd };
}
