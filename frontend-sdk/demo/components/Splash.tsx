// What stands there for the moment in which the remembered session is read from the browser's storage.
import { Mark } from "./Wordmark";

/** A still mark; too short-lived for a spinner. */
export function Splash() {
  return (
    <main className="splash">
      <Mark />
      <p className="visually-hidden">Opening Landfall</p>
    </main>
  );
}
