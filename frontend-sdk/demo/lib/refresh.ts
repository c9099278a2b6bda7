// Reads again what other devices change and this device has no live copy of, while the page is visible.
import { useSyncStatus } from "@landfall/client/react";
import { useEffect } from "react";

const everyMs = 5_000;

/** Calls `reload` every 5 s while the page is visible and online, and when it becomes visible. */
export function useRefresh(reload: () => void): void {
  const { online } = useSyncStatus();
  useEffect(() => {
    if (!online) return;
    const reloadIfVisible = () => {
      if (document.visibilityState === "visible") reload();
    };
    const timer = setInterval(reloadIfVisible, everyMs);
    document.addEventListener("visibilitychange", reloadIfVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", reloadIfVisible);
    };
  }, [reload, online]);
}
