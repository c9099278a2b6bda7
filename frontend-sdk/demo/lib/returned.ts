// A sign-in at a provider that came to nothing brings its reason back in the address. It is read once and taken out of there.
import { useEffect, useState } from "react";

/** The reason, for people; `undefined` where nothing went wrong. */
export function useReturned(): string | undefined {
  const [reason] = useState(() => {
    const query = new URLSearchParams(location.search);
    return query.has("error") ? (query.get("error_description") ?? "The sign-in came to nothing.") : undefined;
  });
  useEffect(() => {
    if (reason !== undefined) history.replaceState(null, "", location.pathname);
  }, [reason]);
  return reason;
}
