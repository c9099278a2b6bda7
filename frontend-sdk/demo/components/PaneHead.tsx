// The head of a pane: the button for the sidebar on a phone, a title, and the sync state.
import type { ReactNode } from "react";
import { Icon } from "./Icon";
import { OfflineSwitch } from "./OfflineSwitch";
import { SyncPill } from "./SyncPill";

/** `children` is the title. */
export function PaneHead({ children, onOpenDrawer }: { children: ReactNode; onOpenDrawer: (() => void) | undefined }) {
  return (
    <header className="pane-head">
      {onOpenDrawer && (
        <button type="button" className="icon-button" aria-label="Open the list of sessions" onClick={onOpenDrawer}>
          <Icon name="menu" />
        </button>
      )}
      {children}
      <div className="pane-tools">
        <OfflineSwitch />
        <SyncPill />
      </div>
    </header>
  );
}
