// The sign-in page: the server's providers, the development sign-in of a local server, and a description of the app.
import { useLandfall } from "@landfall/client/react";
import { type FormEvent, useId, useState } from "react";
import { useAttempt } from "../lib/attempt";
import { useSignInError } from "../lib/signInError";
import { useSignInMethods } from "../lib/signInMethods";
import { OfflineSwitch } from "./OfflineSwitch";
import { Problem } from "./Problem";
import { Scene } from "./Scene";
import { Wordmark } from "./Wordmark";

/** Shown while no user is signed in. */
export function SignIn() {
  const landfall = useLandfall();
  const [email, setEmail] = useState("");
  const [asAdmin, setAsAdmin] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, attempt] = useAttempt();
  const signInError = useSignInError();
  const { providers, devSignIn } = useSignInMethods();
  const emailId = useId();
  const noteId = useId();

  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const input = { email: email.trim(), ...(asAdmin && { role: "admin" as const }) };
    await attempt(() => landfall.auth.devSignIn(input));
    setBusy(false);
  };

  return (
    <main className="sign-in">
      <div className="sign-in-view">
        <Scene />
        <p className="sign-in-motto">Write anywhere. It makes land when you do.</p>
      </div>
      <section className="sign-in-side" aria-label="Sign in">
        <Wordmark />
        <h1>Your notes, with or without a network</h1>
        <p className="lead">
          A chat with yourself, across your devices. What you write is kept in this browser at once and sent when the
          server can be reached. Every message says where it is.
        </p>
        <Problem text={signInError} />
        {providers.length > 0 && (
          <div className="sign-in-providers">
            {providers.map(({ id, name }) => (
              <button
                key={id}
                type="button"
                className="button primary"
                data-testid={`sign-in-${id}`}
                onClick={() => attempt(() => landfall.auth.signIn(id, { callbackURL: "/" }))}
              >
                Sign in with {name}
              </button>
            ))}
            {!devSignIn && <Problem text={problem} />}
          </div>
        )}
        {devSignIn && (
          <>
            <form className="sign-in-form" onSubmit={signIn}>
              <label htmlFor={emailId}>Email</label>
              <input
                id={emailId}
                className="field"
                data-testid="sign-in-email"
                type="email"
                name="email"
                autoComplete="email"
                placeholder="you@example.com"
                required
                value={email}
                aria-describedby={noteId}
                onChange={(event) => setEmail(event.target.value)}
              />
              <label className="check">
                <input
                  type="checkbox"
                  data-testid="sign-in-admin"
                  checked={asAdmin}
                  onChange={(event) => setAsAdmin(event.target.checked)}
                />
                As an administrator, who reviews assistants
              </label>
              <button type="submit" className="button primary" data-testid="sign-in-submit" disabled={busy}>
                {busy ? "Signing in…" : "Sign in"}
              </button>
              <Problem text={problem} />
            </form>
            <p id={noteId} className="note">
              This is the sign-in for local development: any address will do and no password is asked. A server in
              production doesn't have it.
            </p>
          </>
        )}
        <OfflineSwitch />
      </section>
    </main>
  );
}
