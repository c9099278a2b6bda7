// The content of an empty pane: steps that show within a minute how the app works offline.
import { Scene } from "./Scene";

/** Takes the place of the messages. */
export function Welcome() {
  return (
    <div className="welcome">
      <div className="welcome-view">
        <Scene />
      </div>
      <h2>Lose the network on purpose</h2>
      <ol>
        <li>
          Turn on <strong>Simulate offline</strong>, or pull the plug.
        </li>
        <li>Write something. It is on screen and on this device at once.</li>
        <li>Reload the page. It is still here, and so is the app.</li>
        <li>Go online. Every message says when the server has it.</li>
      </ol>
    </div>
  );
}
