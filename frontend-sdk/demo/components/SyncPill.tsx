// The sync state of the app, always visible in the head. It opens the panel. Screen readers hear changes of the state
// and not of counts.
import { useSyncStatus } from "@landfall/client/react";
import { useId } from "react";
import { statusOf } from "../lib/syncText";
import { Icon } from "./Icon";
import { SyncPanel } from "./SyncPanel";

/** The pill, its panel and the live region. */
export function SyncPill() {
  const status = useSyncStatus();
  const panelId = useId();
  const text = statusOf(status);
  return (
    <>
      <button
        type="button"
        className="pill"
        data-testid="sync-pill"
        data-state={status.state}
        data-pending={status.pending}
        data-failed={status.failed}
        data-conflicts={status.conflicts}
        popoverTarget={panelId}
      >
        <Icon name={text.icon} />
        {text.pill}
      </button>
      <p className="visually-hidden" role="status">
        {text.spoken}
      </p>
      <SyncPanel id={panelId} status={status} />
    </>
  );
}
