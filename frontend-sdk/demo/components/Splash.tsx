// Shown while the remembered session is read from the browser's storage.
import { Mark } from "./Wordmark";

/** A still mark. It is visible too briefly for a spinner. */
export function Splash() {
  return (
    <main className="splash">
      <Mark />
      <p className="visually-hidden">Opening Landfall</p>
    </main>
  );
}
