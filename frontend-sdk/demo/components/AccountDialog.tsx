// The account: linked accounts, signed-in devices, and deletion. The server holds all of it, so the dialog loads it
// each time.
import type { LinkedAccount, SignedInDevice, User } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { useAttempt } from "../lib/attempt";
import { nameOfBrowser } from "../lib/browserName";
import { useSignInMethods } from "../lib/signInMethods";
import { fullTime } from "../lib/time";
import { ConfirmDialog } from "./ConfirmDialog";
import { Problem } from "./Problem";

type Props = { user: User; onClose: () => void };

/** The dialog is open while it is mounted. */
export function AccountDialog({ user, onClose }: Props) {
  const { account } = useLandfall().auth;
  const [problem, attempt] = useAttempt();
  const [devices, setDevices] = useState<SignedInDevice[]>([]);
  const [linked, setLinked] = useState<LinkedAccount[]>([]);
  const [asking, setAsking] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  const load = useCallback(
    () =>
      attempt(async () => {
        setDevices(await account.devices());
        setLinked(await account.linked());
      }),
    [account, attempt],
  );
  const change = (action: () => Promise<unknown>) => attempt(action).then((worked) => (worked ? load() : undefined));

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    void load();
  }, [load]);

  return (
    <dialog ref={dialog} className="dialog account-dialog" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{user.name}</h2>
      <p className="dialog-text">{user.email}</p>
      <Problem text={problem} />
      <Devices
        devices={devices}
        onSignOut={(id) => change(() => account.signOutDevice(id))}
        onSignOutOthers={() => change(() => account.signOutOthers())}
      />
      <LinkedAccounts
        linked={linked}
        onUnlink={(id) => change(() => account.unlink(id))}
        onLink={(id) =>
          attempt(() => account.redirectToProvider(id, { link: true, callbackURL: "/", errorCallbackURL: "/" }))
        }
      />
      <div className="dialog-answers">
        <button type="button" className="button danger" data-testid="account-delete" onClick={() => setAsking(true)}>
          Delete account
        </button>
        <button type="button" className="button" data-testid="account-close" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {asking && (
        <ConfirmDialog
          title="Delete your account?"
          confirmLabel="Delete it for good"
          onConfirm={() => attempt(() => account.delete())}
          onClose={() => setAsking(false)}
        >
          Every note of <strong>{user.email}</strong> goes from the server, and every device is signed out. Nobody can
          bring it back. What this browser holds stays in it. Take a copy first:{" "}
          <a href="/api/export" download="landfall.json">
            everything as one file
          </a>
          .
        </ConfirmDialog>
      )}
    </dialog>
  );
}

type DevicesProps = { devices: SignedInDevice[]; onSignOut: (id: string) => void; onSignOutOthers: () => void };

function Devices({ devices, onSignOut, onSignOutOthers }: DevicesProps) {
  return (
    <section aria-label="Devices">
      <h3>Signed in on</h3>
      <ul className="account-list">
        {devices.map(({ id, userAgent, createdAt, current }) => (
          <li key={id} data-testid="account-device">
            <span>
              {nameOfBrowser(userAgent)} <time dateTime={createdAt}>{fullTime(createdAt)}</time>
            </span>
            {current ? (
              <strong>this one</strong>
            ) : (
              <button type="button" className="button" onClick={() => onSignOut(id)}>
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      {devices.length > 1 && (
        <button type="button" className="button" data-testid="account-sign-out-others" onClick={onSignOutOthers}>
          Sign out all others
        </button>
      )}
    </section>
  );
}

type LinkedAccountsProps = {
  linked: LinkedAccount[];
  onUnlink: (id: string) => void;
  onLink: (provider: string) => void;
};

function LinkedAccounts({ linked, onUnlink, onLink }: LinkedAccountsProps) {
  const { providers } = useSignInMethods();
  const nameOf = (id: string) => providers.find((provider) => provider.id === id)?.name ?? id;
  if (linked.length === 0 && providers.length === 0) return null;
  return (
    <section aria-label="Ways to sign in">
      <h3>Ways to sign in</h3>
      <ul className="account-list">
        {linked.map(({ id, providerId, createdAt }) => (
          <li key={id} data-testid="account-linked">
            <span>
              {nameOf(providerId)} <time dateTime={createdAt}>{fullTime(createdAt)}</time>
            </span>
            {linked.length > 1 && (
              <button type="button" className="button" onClick={() => onUnlink(id)}>
                Unlink
              </button>
            )}
          </li>
        ))}
      </ul>
      <div className="account-add">
        {providers.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            className="button"
            data-testid={`account-link-${id}`}
            onClick={() => onLink(id)}
          >
            Add {name}
          </button>
        ))}
      </div>
    </section>
  );
}
