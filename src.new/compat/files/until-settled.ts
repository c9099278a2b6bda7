// Waits for work in the background, and ends where it can't go on.

import { LandfallError, OfflineError } from "../../errors";
import type { Landfall, Observable } from "../../types";

/** A shorter pause is waited out. The status may also show one that has just been cleared. Milliseconds. */
const PAUSED_MS = 2_000;

/**
 * Resolves when `done()` is true; it is asked at each change of the status and of `more`. Rejects with OfflineError while the server can't be reached,
 * and with code `paused` while sync is paused.
 */
export async function untilSettled(landfall: Landfall, done: () => boolean, more?: Observable<unknown>): Promise<void> {
  const { status } = landfall.sync;
  const stops: ((() => void) | undefined)[] = [];
  let pausedTimer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        const { state, online, reason } = status.get();
        if (state !== "paused") {
          clearTimeout(pausedTimer);
          pausedTimer = undefined;
        }
        if (done()) resolve();
        else if (!online) reject(new OfflineError());
        else if (state === "paused")
          pausedTimer ??= setTimeout(() => reject(new LandfallError("paused", reason ?? "Sync is paused.")), PAUSED_MS);
      };
      stops.push(status.subscribe(look), more?.subscribe(look));
    });
  } finally {
    clearTimeout(pausedTimer);
    for (const stop of stops) stop?.();
  }
}
