// Regions that scroll must be reachable by keyboard. Chromium and Firefox see to that by themselves, Safari does not.

/** For `ref` of a box that may scroll: makes it a tab stop if it does, so that short ones don't become stops for nothing. */
export function reachableIfScrolling(box: HTMLElement | null): void {
  if (box && (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)) box.tabIndex = 0;
}
