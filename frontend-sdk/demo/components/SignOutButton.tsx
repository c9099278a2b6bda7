// Signs out. While this device has changes that the server doesn't have, it asks first.
import { UnsentChangesError } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { useState } from "react";
import { useAttempt } from "../lib/attempt";
import { ConfirmDialog } from "./ConfirmDialog";
import { Icon } from "./Icon";
import { Problem } from "./Problem";

/** The button, and its question while it is open. */
export function SignOutButton() {
  const { auth } = useLandfall();
  const [problem, attempt] = useAttempt();
  const [unsent, setUnsent] = useState(0);

  const signOut = () =>
    attempt(() =>
      auth.signOut().catch((error: unknown) => {
        if (!(error instanceof UnsentChangesError)) throw error;
        setUnsent(error.count);
      }),
    );

  return (
    <>
      <button
        type="button"
        className="icon-button"
        data-testid="sign-out"
        aria-label="Sign out"
        title="Sign out. Your data stays in this browser."
        onClick={signOut}
      >
        <Icon name="leave" />
      </button>
      <Problem text={problem} />
      {unsent > 0 && (
        <ConfirmDialog
          title={unsent === 1 ? "One change is not sent yet" : `${unsent} changes are not sent yet`}
          confirmLabel="Sign out anyway"
          onConfirm={() => void attempt(() => auth.signOut({ evenIfUnsent: true }))}
          onClose={() => setUnsent(0)}
        >
          <p>They are only in this browser. They stay here and are sent when you sign in here again.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
