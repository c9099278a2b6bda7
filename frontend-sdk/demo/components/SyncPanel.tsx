// The details behind the pill: what waits and why, what failed, when the server last confirmed, and what one can do.
// A native popover: the browser closes it on Escape or a click elsewhere and gives the focus back.
import type { SyncStatus } from "@landfall/client";
import { useAuth, useLandfall } from "@landfall/client/react";
import { useState } from "react";
import { useAttempt } from "../lib/attempt";
import { useNow } from "../lib/now";
import { standingOf } from "../lib/syncWords";
import { fromNow, fullTime } from "../lib/time";
import { FailedEntries } from "./FailedEntries";
import { Icon } from "./Icon";
import { Problem } from "./Problem";

type Props = { id: string; status: SyncStatus };

/** Closed until the button with `popoverTarget={id}` opens it; draws its inside only then. */
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
  const standing = standingOf(status);
  const { expired } = useAuth();
  // A pause with an end is the server's (too many requests, maintenance) and passes by itself.
  const paused = status.state === "paused" && !status.nextRetryAt;
  return (
    <>
      <h2>{standing.heading}</h2>
      <p className="panel-why">{standing.why}</p>
      <dl className="panel-facts">
        <dt>Server</dt>
        <dd>{status.online ? "Reachable" : "Out of reach"}</dd>
        <dt>Waiting on this device</dt>
        <dd data-testid="sync-pending">{status.pending}</dd>
        <dt>Not sent</dt>
        <dd data-testid="sync-failed">{status.failed}</dd>
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
        {/* An ended session is no pause that anybody could end here: the banner has the way back in. */}
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
