// The switch in plain sight that cuts this app off from the server, so that anybody can see what happens then.
// The client keeps its position, for all tabs and over a reload.
import { useConnectivity, useLandfall } from "@landfall/client/react";

/** A labelled switch; it also takes the space key and says its position to screen readers. */
export function OfflineSwitch() {
  const { connectivity } = useLandfall();
  const { simulatedOffline } = useConnectivity();
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        data-testid="offline-switch"
        checked={simulatedOffline}
        aria-checked={simulatedOffline}
        onChange={(event) => void connectivity.simulateOffline(event.target.checked)}
      />
      <span className="switch-track" aria-hidden="true" />
      <span>Simulate offline</span>
    </label>
  );
}
