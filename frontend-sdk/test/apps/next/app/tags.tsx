"use client";

import { newId } from "@landfall/client";
import { useLandfall, useObservable, useSyncStatus } from "@landfall/client/react";
import { useEffect, useState } from "react";

export function Tags() {
  const { auth, collections } = useLandfall();
  const { state } = useSyncStatus();
  // Made in each rendering, as people write it.
  const tags = useObservable(collections.tags.all()) ?? [];
  const [ready, setReady] = useState(false);
  // The server's page has no handlers until React has taken it over.
  useEffect(() => setReady(true), []);
  return (
    <>
      <p id="state" data-ready={ready}>
        {state}
      </p>
      <button type="button" id="sign-in" onClick={() => auth.devSignIn({ email: "next@apps.example" })}>
        Sign in
      </button>
      <button
        type="button"
        id="add"
        onClick={() => collections.tags.put({ id: newId(), name: `Tag ${tags.length + 1}` })}
      >
        Add
      </button>
      <ul id="tags">
        {tags.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
    </>
  );
}
