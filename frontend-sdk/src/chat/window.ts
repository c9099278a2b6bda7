// Which part of a session's messages is here without gaps, and what a fetched page does to it. Pure.

import type { MessageWindow } from "../db/app-state";

/** A page as fetched: its positions, and whether the server has more in the direction that was asked for. */
export interface Page {
  positions: readonly number[];
  hasMore: boolean;
}

/** The window after the newest page; `null` when there is a gap between the window and the page. */
export function withNewest(window: MessageWindow | undefined, page: Page): MessageWindow | null {
  const first = page.positions[0] ?? 0;
  const ceiling = Math.max(window?.ceiling ?? 0, page.positions.at(-1) ?? 0);
  if (!page.hasMore) return { floor: 0, ceiling };
  if (!window) return { floor: first, ceiling };
  return first <= window.ceiling ? { floor: Math.min(window.floor, first), ceiling } : null;
}

/** The window after a page that was asked for from its ceiling on. */
export function withNewer(window: MessageWindow, page: Page): MessageWindow {
  return { floor: window.floor, ceiling: Math.max(window.ceiling, page.positions.at(-1) ?? 0) };
}

/** The window after a page that was asked for before its floor. */
export function withOlder(window: MessageWindow, page: Page): MessageWindow {
  const floor = page.hasMore ? Math.min(window.floor, page.positions[0] ?? 0) : 0;
  return { floor, ceiling: window.ceiling };
}
