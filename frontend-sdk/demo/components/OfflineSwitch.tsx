// The switch that disconnects the client from the server, to show what happens offline. The client stores its position
// for all tabs and reloads.
import { useConnectivity, useLandfall } from "@landfall/client/react";

/** A labelled switch. It works with the space key and has the role of a switch. */
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
