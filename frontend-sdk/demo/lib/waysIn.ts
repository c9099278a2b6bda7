// Which ways in the server has. While it can't be asked, the app shows the one that it has always had.
import type { WaysIn } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { useEffect, useState } from "react";

/** Asks once. */
export function useWaysIn(): WaysIn {
  const { auth } = useLandfall();
  const [waysIn, setWaysIn] = useState<WaysIn>({ providers: [], devSignIn: true });
  useEffect(() => {
    let gone = false;
    auth.account.waysIn().then(
      (answer) => !gone && setWaysIn(answer),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [auth]);
  return waysIn;
}
