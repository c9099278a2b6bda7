// The reason of a failed sign-in at a provider, from the URL. It is read once and removed from the URL. Anybody can make a link with any text in it, so only
// texts of this file are shown.
import { useEffect, useState } from "react";

/** Texts by the server's code. Anybody can write a link to this page, so no text of the URL is shown. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["access_denied", "The sign-in was cancelled."],
  ["state_mismatch", "This sign-in was used already, or took too long."],
  [
    "other_browser",
    "The sign-in began in another browser or at another address of this server, or this browser keeps no cookies.",
  ],
  ["provider_unavailable", "The provider does not answer. Try again soon."],
  ["email_not_verified", "The provider has not verified your email address."],
  ["account_not_linked", "Another user has that address. Sign in as that user first, and link this account then."],
  ["account_already_linked_to_different_user", "Another user signs in with that account."],
  ["session_ended", "You are not signed in any more."],
]);

/** The reason as a sentence. `undefined` without a failure. */
export function useSignInError(): string | undefined {
  const [reason] = useState(() => {
    const code = new URLSearchParams(location.search).get("error");
    return code === null ? undefined : (REASONS.get(code) ?? "The provider could not sign you in.");
  });
  useEffect(() => {
    if (reason !== undefined) history.replaceState(null, "", location.pathname);
  }, [reason]);
  return reason;
}
