// The details of the sync state: waiting and failed entries, the last confirmation by the server, and the actions. It
// is a native popover. The browser closes it on Escape or an outside click and restores the focus.
import type { SyncStatus } from "@landfall/client";
import { useAuth, useLandfall } from "@landfall/client/react";
import { useState } from "react";
import { useAttempt } from "../lib/attempt";
import { useNow } from "../lib/now";
import { statusOf } from "../lib/syncText";
import { fromNow, fullTime } from "../lib/time";
import { FailedEntries } from "./FailedEntries";
import { Icon } from "./Icon";
import { OpenConflicts } from "./OpenConflicts";
import { Problem } from "./Problem";

type Props = { id: string; status: SyncStatus };

/** The button with `popoverTarget={id}` opens the panel. Its content is rendered while it is open. */
export function SyncPanel({ id, status }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div
      id={id}
      popover="auto"
      className="panel"
      role="dialog"
      aria-label="Sync"
      data-testid="sync-panel"
      onToggle={(event) => setOpen(event.newState === "open")}
    >
      {open && <PanelBody status={status} />}
    </div>
  );
}

function PanelBody({ status }: Omit<Props, "id">) {
  const { sync } = useLandfall();
  const now = useNow();
  const [problem, attempt] = useAttempt();
  const text = statusOf(status);
  const { expired } = useAuth();
  // A pause with an end comes from the server (rate limit, maintenance) and ends by itself.
  const paused = status.state === "paused" && !status.nextRetryAt;
  return (
    <>
      <h2>{text.heading}</h2>
      <p className="panel-why">{text.why}</p>
      <dl className="panel-facts">
        <dt>Server</dt>
        <dd>{status.online ? "Reachable" : "Out of reach"}</dd>
        <dt>Waiting on this device</dt>
        <dd data-testid="sync-pending">{status.pending}</dd>
        <dt>Not sent</dt>
        <dd data-testid="sync-failed">{status.failed}</dd>
        {status.conflicts > 0 && (
          <>
            <dt>To decide</dt>
            <dd data-testid="sync-conflicts">{status.conflicts}</dd>
          </>
        )}
        {status.receiving !== undefined && (
          <>
            <dt>Arrived so far</dt>
            <dd data-testid="sync-receiving">{status.receiving}</dd>
          </>
        )}
        {status.nextRetryAt && (
          <>
            <dt>Next try</dt>
            <dd>{fromNow(status.nextRetryAt, now)}</dd>
          </>
        )}
        <dt>Last confirmed by the server</dt>
        <dd>
          {status.lastSyncedAt ? (
            <time dateTime={status.lastSyncedAt} title={fullTime(status.lastSyncedAt)}>
              {fromNow(status.lastSyncedAt, now)}
            </time>
          ) : (
            "Not yet"
          )}
        </dd>
      </dl>
      {status.failed > 0 && <FailedEntries />}
      {status.conflicts > 0 && <OpenConflicts />}
      <Problem text={problem} />
      <div className="panel-actions">
        <button
          type="button"
          className="button primary"
          data-testid="sync-now"
          onClick={() => attempt(() => sync.now())}
        >
          <Icon name="refresh" />
          Sync now
        </button>
        {/* The user cannot resume after the end of the session. The banner offers the sign-in. */}
        {!expired && (
          <button
            type="button"
            className="button"
            data-testid="sync-pause"
            onClick={() => attempt(() => (paused ? sync.resume() : sync.pause()))}
          >
            <Icon name={paused ? "play" : "pause"} />
            {paused ? "Resume" : "Pause"}
          </button>
        )}
        {status.failed > 0 && (
          <button
            type="button"
            className="button"
            data-testid="sync-retry-all"
            onClick={() => attempt(() => sync.retryAll())}
          >
            Retry all
          </button>
        )}
      </div>
    </>
  );
}
