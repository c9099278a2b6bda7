// AppFrames' hook for saves that are put off while the user works.

import { useEffect, useMemo, useState } from "react";
import { useLandfallIfAny, useObservable } from "../../react/context";
import { systemClock } from "../../util/clock";
import { report } from "../../util/report";
import { partsOf } from "../parts";
import { DelayedSave, type DelayedSaveOptions, type SaveStatus } from "./delayed-save";

export interface UsePersistenceOptions extends DelayedSaveOptions {
  onStatusChange?: (status: SaveStatus) => void;
}

export interface Persistence {
  /** Saves when it has been quiet. Of several calls the last one counts. */
  debouncedSave(save: () => Promise<unknown>): void;
  /** Saves what waits now. Resolves when nothing is being saved. */
  flush(): Promise<void>;
  saveStatus: SaveStatus;
}

/**
 * A save after the last of several changes, and its state. What waits is saved at once when the component goes, when the page is hidden, and before it is
 * left. It redraws the component when the state changes, and never at a call.
 *
 * @example
 * const { debouncedSave, saveStatus } = usePersistence({ debounceMs: 300 });
 * const onGestureEnd = () => debouncedSave(() => landfall.projects.update(id, { data: canvas.toJSON() }));
 */
export function usePersistence(options: UsePersistenceOptions = {}): Persistence {
  const landfall = useLandfallIfAny();
  const [delayed] = useState(() => new DelayedSave(landfall ? partsOf(landfall).clock : systemClock));
  const { debounceMs, maxRetries, retryDelayMs, onError = report, onStatusChange } = options;
  useEffect(() => {
    delayed.options = { debounceMs, maxRetries, retryDelayMs, onError };
  }, [delayed, debounceMs, maxRetries, retryDelayMs, onError]);
  useEffect(() => onStatusChange && delayed.status.subscribe(onStatusChange), [delayed, onStatusChange]);
  useEffect(() => {
    const flush = () => void delayed.flush();
    const onVisibility = () => document.visibilityState === "hidden" && flush();
    document.addEventListener("visibilitychange", onVisibility);
    addEventListener("pagehide", flush);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      removeEventListener("pagehide", flush);
      flush();
    };
  }, [delayed]);
  const saveStatus = useObservable(delayed.status);
  return useMemo(() => ({ debouncedSave: delayed.save, flush: delayed.flush, saveStatus }), [delayed, saveStatus]);
}
