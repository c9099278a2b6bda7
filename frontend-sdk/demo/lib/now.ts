// The present time for texts such as "in 8 sec.".
import { useEffect, useState } from "react";

const everyMs = 1_000;

/** Updates while its component is mounted. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
