// The root of the app: a splash while the session is read, the sign-in page, or the workspace.
import { useAuth } from "@landfall/client/react";
import { SignIn } from "./components/SignIn";
import { Splash } from "./components/Splash";
import { Workspace } from "./components/Workspace";

/** The whole app. It needs a LandfallProvider around it. */
export function App() {
  const auth = useAuth();
  if (auth.status === "loading") return <Splash />;
  if (auth.status === "signed-out" || !auth.user) return <SignIn />;
  // The user's id is the key, so that no state of one user's screen remains for the next user.
  return <Workspace key={auth.user.id} user={auth.user} />;
}
