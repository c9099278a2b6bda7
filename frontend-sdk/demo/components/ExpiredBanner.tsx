// Shows that the server has ended the session, and offers a new sign-in. Writing works meanwhile.
import { useAuth, useLandfall } from "@landfall/client/react";
import { useAttempt } from "../lib/attempt";

/** Renders nothing while the session is valid. */
export function ExpiredBanner() {
  const { auth } = useLandfall();
  const { expired, user } = useAuth();
  const [problem, attempt] = useAttempt();
  if (!expired || !user) return null;
  return (
    <div className="banner" role="alert">
      <span>{problem ?? "Your session has ended. What you write is kept here and sent when you sign in again."}</span>
      <button
        type="button"
        className="button small"
        onClick={() => attempt(() => auth.devSignIn({ email: user.email }))}
      >
        Sign in again
      </button>
    </div>
  );
}
