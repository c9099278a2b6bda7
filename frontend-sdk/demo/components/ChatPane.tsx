// One chat session: its head with the sync state, its messages and the composer. Without a session it shows the welcome
// text, and the first message creates a session.
import type { ChatSessionRow } from "@landfall/client";
import { useAuth, useLandfall } from "@landfall/client/react";
import { useRef, useState } from "react";
import { useAttempt } from "../lib/attempt";
import { titleForNow } from "../lib/time";
import { Composer } from "./Composer";
import { ExpiredBanner } from "./ExpiredBanner";
import { MessageList } from "./MessageList";
import { PaneHead } from "./PaneHead";
import { Problem } from "./Problem";
import { TitleField } from "./TitleField";
import { Welcome } from "./Welcome";

type Props = {
  session: ChatSessionRow | undefined;
  /** False until the list of sessions has been read. */
  ready: boolean;
  inert: boolean;
  /** Whether this tab has just created the session. The composer then gets the focus. */
  justMade: boolean;
  onCreated: (sessionId: string) => void;
  onOpenDrawer: (() => void) | undefined;
};

/** Fills the space beside the sidebar. */
export function ChatPane({ session: opened, ready, inert, justMade, onCreated, onOpenDrawer }: Props) {
  const landfall = useLandfall();
  const { user } = useAuth();
  // The new session is in the list before its first message is stored. The composer keeps its key until then, so that a
  // message that fails to be stored returns to its field.
  const [starting, setStarting] = useState(false);
  const session = starting ? undefined : opened;
  const sessionId = session?.id;
  // Without a session the key contains the user's id, so that the next user of the tab does not get the draft.
  const draftKey = sessionId ?? `new ${user?.id}`;
  const [sent, setSent] = useState(0);

  /**
   * The session that the first message creates. A second message that is written meanwhile goes to the same session.
   */
  const making = useRef<Promise<string> | null>(null);

  const write = (id: string, content: string) => landfall.chat.send(id, { role: "user", content });

  const send = async (content: string) => {
    if (sessionId === undefined) return start(content);
    await write(sessionId, content);
    setSent((count) => count + 1);
  };

  const start = async (content: string) => {
    if (making.current) {
      await write(await making.current, content);
      return;
    }
    setStarting(true);
    making.current = makeSession(content);
    try {
      onCreated(await making.current);
    } finally {
      making.current = null;
      setStarting(false);
    }
  };

  const makeSession = async (content: string) => {
    const { id } = await landfall.chat.createSession({ title: titleForNow(new Date()) });
    try {
      await write(id, content);
    } catch (error) {
      await landfall.chat.deleteSession(id);
      throw error;
    }
    return id;
  };

  return (
    <main className="pane" inert={inert}>
      <PaneHead onOpenDrawer={onOpenDrawer}>
        {session ? <PaneTitle key={session.id} session={session} /> : <h1 className="pane-title">Landfall</h1>}
      </PaneHead>
      <ExpiredBanner />
      {session ? (
        <MessageList key={`messages ${session.id}`} sessionId={session.id} sent={sent} />
      ) : (
        <div className="messages-frame">
          <div className="messages">{ready && <Welcome />}</div>
        </div>
      )}
      {ready && <Composer key={`composer ${draftKey}`} draftKey={draftKey} focused={justMade} onSend={send} />}
    </main>
  );
}

function PaneTitle({ session }: { session: ChatSessionRow }) {
  const landfall = useLandfall();
  const [renaming, setRenaming] = useState(false);
  const [problem, attempt] = useAttempt();
  const rename = (title: string | undefined) => {
    setRenaming(false);
    if (title !== undefined) void attempt(() => landfall.chat.renameSession(session.id, title));
  };
  if (renaming) return <TitleField title={session.title} onDone={rename} />;
  return (
    <>
      <h1 className="pane-title">
        <button type="button" title="Rename" onClick={() => setRenaming(true)} dir="auto">
          {session.title}
        </button>
      </h1>
      <Problem text={problem} />
    </>
  );
}
