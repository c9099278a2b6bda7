// The server's sign-in methods. Until the server answers, the app shows the development sign-in.
import type { SignInMethods } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { useEffect, useState } from "react";

/** Requests the methods once. */
export function useSignInMethods(): SignInMethods {
  const { auth } = useLandfall();
  const [signInMethods, setSignInMethods] = useState<SignInMethods>({ providers: [], devSignIn: true });
  useEffect(() => {
    let gone = false;
    auth.account.signInMethods().then(
      (answer) => !gone && setSignInMethods(answer),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [auth]);
  return signInMethods;
}
