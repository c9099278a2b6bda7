// Watches the room that the browser gives this origin, and tells before it is used up.

import type { Landfall, Observable } from "../types";
import { Cell } from "../util/observable";

/**
 * "low": there is still room, and it is time to make some: of the browser's quota, or of the client's budget for files, which unsent files may exceed. "full":
 * the next write may be refused. "unknown": the browser doesn't tell.
 */
export type QuotaLevel = "unknown" | "ok" | "low" | "full";

export interface Quota {
  level: QuotaLevel;
  /** Bytes that the browser counts for this origin, and that it allows. 0 where it doesn't tell. */
  usage: number;
  quota: number;
  /** Bytes of files that the server doesn't have, and that can't be removed here to make room. */
  unsentBytes: number;
}

export interface QuotaOptions {
  /** From this part of the quota, or of the budget for files in unsent files, on it is low. Default: 0.8. */
  lowAt?: number;
  /** Fewer free bytes are low, whatever their part is. Default: 50 MB. */
  lowBytes?: number;
  /** Fewer free bytes are full. Default: 5 MB. */
  fullBytes?: number;
  /** Milliseconds between looks, beside those after changes of files. Default: 60,000. */
  intervalMs?: number;
  /** Called when the level becomes "low", and when it becomes "full". */
  onLess?: (quota: Quota) => void;
  /** Default: `navigator.storage.estimate`. */
  estimate?: () => Promise<StorageEstimate>;
}

export interface QuotaWatch extends Observable<Quota> {
  /** Looks now. */
  look(): Promise<Quota>;
  stop(): void;
}

const ORDER: readonly QuotaLevel[] = ["unknown", "ok", "low", "full"];

/**
 * Watches the quota while the page is open. Files that are uploaded make room by themselves; what helps beside that is the application's to decide.
 *
 * @example
 * const quota = watchQuota(landfall, { onLess: ({ level }) => showWarning(level) });
 */
export function watchQuota(landfall: Pick<Landfall, "assets" | "sync">, options: QuotaOptions = {}): QuotaWatch {
  const { lowAt = 0.8, lowBytes = 50_000_000, fullBytes = 5_000_000, intervalMs = 60_000, onLess } = options;
  const estimate = options.estimate ?? (() => navigator.storage?.estimate?.() ?? Promise.resolve({}));
  const cell = new Cell<Quota>({ level: "unknown", usage: 0, quota: 0, unsentBytes: 0 });
  const files = landfall.assets.usage();
  let isStopped = false;
  let looking: Promise<Quota> | null = null;

  const levelOf = (usage: number, quota: number): QuotaLevel => {
    const { unsentBytes = 0, budgetBytes = 0 } = files.get() ?? {};
    if (quota > 0 && quota - usage < fullBytes) return "full";
    // Chromium may tell a quota that grows with the usage. The budget is reached all the same.
    if (budgetBytes > 0 && unsentBytes >= budgetBytes * lowAt) return "low";
    if (quota <= 0) return "unknown";
    return usage >= quota * lowAt || quota - usage < lowBytes ? "low" : "ok";
  };
  const measure = async (): Promise<Quota> => {
    const { usage = 0, quota = 0 } = await estimate().catch((): StorageEstimate => ({}));
    const before = cell.get().level;
    const next = { level: levelOf(usage, quota), usage, quota, unsentBytes: files.get()?.unsentBytes ?? 0 };
    if (isStopped) return next;
    cell.set(next);
    if (ORDER.indexOf(next.level) > Math.max(ORDER.indexOf(before), ORDER.indexOf("ok"))) onLess?.(next);
    return next;
  };
  const look = (): Promise<Quota> => {
    looking ??= measure().finally(() => {
      looking = null;
    });
    return looking;
  };

  const timer = setInterval(() => void look(), intervalMs);
  const isRefused = () => landfall.sync.status.get().state === "paused";
  const stops = [
    files.subscribe(() => void look()),
    // A full disk pauses sync.
    landfall.sync.status.subscribe(() => void (isRefused() && look())),
    () => clearInterval(timer),
  ];
  return {
    get: cell.get,
    subscribe: cell.subscribe,
    look,
    stop() {
      isStopped = true;
      for (const stop of stops) stop();
    },
  };
}
