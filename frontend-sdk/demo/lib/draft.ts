// The text that somebody has begun and not sent, kept over a reload.
// Best effort: a browser without room for it loses the draft at a reload, nothing else.
import { useEffect, useState } from "react";

const prefix = "landfall-demo:draft:";

/** Like useState, kept under `key` in this tab. */
export function useDraft(key: string): [string, (change: (draft: string) => string) => void] {
  const [draft, setDraft] = useState(() => sessionStorage.getItem(prefix + key) ?? "");
  useEffect(() => {
    try {
      if (draft === "") sessionStorage.removeItem(prefix + key);
      else sessionStorage.setItem(prefix + key, draft);
    } catch {
      // A draft beyond the storage's quota lives in the field alone.
    }
  }, [key, draft]);
  return [draft, setDraft];
}
