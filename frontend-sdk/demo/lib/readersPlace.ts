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
export function useReadersPlace<T>(items: readonly T[], keyOf: (item: T) => string, sent: number): Place {
  const scroller = useRef<HTMLElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [unseen, setUnseen] = useState(0);
  const before = useRef({ items, sent });

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
    before.current = { items, sent };
    if (sent !== last.sent) toEnd();
    const news = newsAfter(last.items, items, keyOf);
    if (!atEnd && news > 0) setUnseen((count) => count + news);
  }, [items, keyOf, sent, atEnd, toEnd]);

  return { scroller, atEnd, unseen, toEnd };
}

/**
 * How many items came below those that were there. Their number alone doesn't tell: older ones come above, and leave there when the list
 * moves on.
 */
export function newsAfter<T>(before: readonly T[], now: readonly T[], keyOf: (item: T) => string): number {
  if (before.length === 0) return 0;
  const known = new Set(before.map(keyOf));
  const lastKnown = now.findLastIndex((item) => known.has(keyOf(item)));
  return now.length - 1 - lastKnown;
}
