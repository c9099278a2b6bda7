// A value that follows another one after a pause without changes, so that each key of a search field sends no request.
import { useEffect, useState } from "react";

const quietMs = 300;

export function useDebounced<T>(value: T): T {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), quietMs);
    return () => clearTimeout(timer);
  }, [value]);
  return debounced;
}
