// The present, for texts such as "in 8 sec." that must not go stale while they are looked at.
import { useEffect, useState } from "react";

const everyMs = 1_000;

/** Ticks while its component is on screen. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
