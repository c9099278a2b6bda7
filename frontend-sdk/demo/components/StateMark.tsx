// The sign of a row's sync state. Its shape differs by state, so that colour is never the only difference.
import type { RowSyncState } from "@landfall/client";
import { stateIcons } from "../lib/syncText";
import { Icon } from "./Icon";

/** The sign is decoration. The words are beside it. */
export function StateMark({ state }: { state: RowSyncState }) {
  return (
    <span className="state-mark" data-state={state}>
      <Icon name={stateIcons[state]} />
    </span>
  );
}
