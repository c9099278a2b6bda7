// Scrollable regions must be reachable by keyboard. Chromium and Firefox do this by themselves, Safari does not.

/** A `ref` for a box that may scroll. It makes the box a tab stop while it scrolls. */
export function tabStopIfScrolling(box: HTMLElement | null): void {
  if (box && (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)) box.tabIndex = 0;
}
