// The list of sessions, the button for a new session, and the signed-in user.
import type { ChatSessionRow, User } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { useState } from "react";
import { useAttempt } from "../lib/attempt";
import { titleForNow } from "../lib/time";
import { AccountDialog } from "./AccountDialog";
import { Icon } from "./Icon";
import { Problem } from "./Problem";
import { SessionItem } from "./SessionItem";
import { SignOutButton } from "./SignOutButton";
import { Wordmark } from "./Wordmark";

type Props = {
  user: User;
  sessions: readonly ChatSessionRow[] | undefined;
  currentId: string | undefined;
  /** Whether the sidebar is hidden. It is then inert for the keyboard too. */
  hidden: boolean;
  onChoose: (sessionId: string) => void;
  onCreated: (sessionId: string) => void;
  /** The open view. */
  view: "chat" | "files" | "assistants";
  onFiles: () => void;
  onAssistants: () => void;
  onClose: (() => void) | undefined;
};

/** Newest session first, as the client returns them. */
export function Sidebar({ user, sessions, currentId, hidden, view, onClose, ...actions }: Props) {
  const { onChoose, onCreated, onFiles, onAssistants } = actions;
  const landfall = useLandfall();
  const [problem, attempt] = useAttempt();
  const [accountOpen, setAccountOpen] = useState(false);

  const create = () =>
    attempt(async () => {
      const session = await landfall.chat.createSession({ title: titleForNow(new Date()) });
      onCreated(session.id);
    });

  return (
    <aside className="sidebar" aria-label="Sessions" inert={hidden}>
      <header className="sidebar-head">
        <Wordmark />
        {onClose && (
          <button type="button" className="icon-button" aria-label="Close the list" onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <button type="button" className="button primary new-session" data-testid="new-session" onClick={create}>
        <Icon name="plus" />
        New session
      </button>
      <button
        type="button"
        className="button to-files"
        data-testid="to-files"
        aria-current={view === "files" ? "page" : undefined}
        onClick={onFiles}
      >
        <Icon name="picture" />
        Files
      </button>
      <button
        type="button"
        className="button to-files"
        data-testid="to-assistants"
        aria-current={view === "assistants" ? "page" : undefined}
        onClick={onAssistants}
      >
        <Icon name="market" />
        Assistants
      </button>
      <Problem text={problem} />
      <nav className="session-list" aria-label="Your sessions">
        <ul>
          {sessions?.map((session) => (
            <SessionItem
              key={session.id}
              session={session}
              current={session.id === currentId}
              onChoose={() => onChoose(session.id)}
            />
          ))}
        </ul>
        {sessions?.length === 0 && <p className="note">No sessions yet. Just write: the first one makes itself.</p>}
      </nav>
      <footer className="account">
        <span className="avatar" aria-hidden="true">
          {user.email.slice(0, 1).toUpperCase()}
        </span>
        <button
          type="button"
          className="account-name"
          data-testid="account-open"
          title={`${user.email}: devices, ways to sign in`}
          onClick={() => setAccountOpen(true)}
        >
          {user.email}
        </button>
        <SignOutButton />
      </footer>
      {accountOpen && <AccountDialog user={user} onClose={() => setAccountOpen(false)} />}
    </aside>
  );
}
