// How everything stands, always in the head of the app. It opens the panel with the details.
// Screen readers hear a change of state, not every change of a count.
import { useSyncStatus } from "@landfall/client/react";
import { useId } from "react";
import { standingOf } from "../lib/syncWords";
import { Icon } from "./Icon";
import { SyncPanel } from "./SyncPanel";

/** The pill, its panel, and the live region. */
export function SyncPill() {
  const status = useSyncStatus();
  const panelId = useId();
  const standing = standingOf(status);
  return (
    <>
      <button
        type="button"
        className="pill"
        data-testid="sync-pill"
        data-state={status.state}
        data-pending={status.pending}
        data-failed={status.failed}
        popoverTarget={panelId}
      >
        <Icon name={standing.icon} />
        {standing.pill}
      </button>
      <p className="visually-hidden" role="status">
        {standing.spoken}
      </p>
      <SyncPanel id={panelId} status={status} />
    </>
  );
}
