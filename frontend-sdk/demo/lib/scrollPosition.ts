// The scroll position of the list. At the end, new messages scroll into view. Further up nothing moves, and unseen
// messages are counted.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

// The distance from the end, in pixels, that still counts as the end. It is about two short messages.
const nearEndPx = 96;

type ScrollPosition = {
  scroller: RefObject<HTMLElement | null>;
  atEnd: boolean;
  /** The number of messages added below since the reader left the end. */
  unseen: number;
  toEnd: () => void;
};

/** `sent` counts the user's messages. Each one scrolls to the end. The scroller must be a reversed column. */
export function useScrollPosition<T>(items: readonly T[], keyOf: (item: T) => string, sent: number): ScrollPosition {
  const scroller = useRef<HTMLElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [unseen, setUnseen] = useState(0);
  const before = useRef({ items, sent });

  const toEnd = useCallback(() => scroller.current?.scrollTo({ top: 0 }), []);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    // A scrollable box must be reachable by keyboard. Safari does not do this by itself.
    box.tabIndex = 0;
    // In a reversed column the end is 0, and everything above it is negative.
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
    const added = countAfter(last.items, items, keyOf);
    if (!atEnd && added > 0) setUnseen((count) => count + added);
  }, [items, keyOf, sent, atEnd, toEnd]);

  return { scroller, atEnd, unseen, toEnd };
}

/**
 * The number of items after those of `before`. The length alone is not enough, because items are also added and removed
 * above.
 */
export function countAfter<T>(before: readonly T[], now: readonly T[], keyOf: (item: T) => string): number {
  if (before.length === 0) return 0;
  const known = new Set(before.map(keyOf));
  const lastKnown = now.findLastIndex((item) => known.has(keyOf(item)));
  return now.length - 1 - lastKnown;
}
