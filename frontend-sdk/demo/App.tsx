// Which of the three faces the app shows: finding out who is here, the way in, the workspace.
import { useAuth } from "@landfall/client/react";
import { SignIn } from "./components/SignIn";
import { Splash } from "./components/Splash";
import { Workspace } from "./components/Workspace";

/** The whole app, inside a LandfallProvider. */
export function App() {
  const auth = useAuth();
  if (auth.status === "loading") return <Splash />;
  if (auth.status === "signed-out" || !auth.user) return <SignIn />;
  // Keyed by person: nothing of one person's screen may survive into the next one's.
  return <Workspace key={auth.user.id} user={auth.user} />;
}
