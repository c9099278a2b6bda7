// The list of failed entries, each with its reason and its actions.
import { useFailedEntries } from "@landfall/client/react";
import { FailedActions } from "./FailedActions";

/** The failed entries of all sessions. */
export function FailedEntries() {
  const entries = useFailedEntries() ?? [];
  return (
    <ul className="panel-failed" aria-label="Not sent">
      {entries.map(({ entryId, title, reason }) => (
        <li key={entryId} data-testid="failed-entry">
          <strong dir="auto">{title}</strong>
          <p>{reason}</p>
          <FailedActions entryId={entryId} />
        </li>
      ))}
    </ul>
  );
}
