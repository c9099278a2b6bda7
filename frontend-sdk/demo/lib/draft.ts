// An unsent draft that survives a reload. A browser without storage loses the draft at a reload and nothing else.
import { useEffect, useState } from "react";

const prefix = "landfall-demo:draft:";

/** Like useState, stored under `key` in this tab. */
export function useDraft(key: string): [string, (change: (draft: string) => string) => void] {
  const [draft, setDraft] = useState(() => sessionStorage.getItem(prefix + key) ?? "");
  useEffect(() => {
    try {
      if (draft === "") sessionStorage.removeItem(prefix + key);
      else sessionStorage.setItem(prefix + key, draft);
    } catch {
      // A draft beyond the storage's quota exists in the field only.
    }
  }, [key, draft]);
  return [draft, setDraft];
}
