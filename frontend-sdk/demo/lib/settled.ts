// A value that follows another one when that has stopped to change, so that each key of a search field sends no request.
import { useEffect, useState } from "react";

const quietMs = 300;

export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), quietMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
