// The reason of a failed sign-in at a provider, from the URL. It is read once and removed from the URL.
import { useEffect, useState } from "react";

/** The reason as a sentence. `undefined` without a failure. */
export function useSignInError(): string | undefined {
  const [reason] = useState(() => {
    const query = new URLSearchParams(location.search);
    return query.has("error") ? (query.get("error_description") ?? "The sign-in came to nothing.") : undefined;
  });
  useEffect(() => {
    if (reason !== undefined) history.replaceState(null, "", location.pathname);
  }, [reason]);
  return reason;
}
