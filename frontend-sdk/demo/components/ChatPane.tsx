// One session: its head with the sync state, its messages, the composer. Without a session it shows how to begin,
// and the first message makes a session.
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
  /** False until it is known whether there is a session. */
  ready: boolean;
  inert: boolean;
  /** The session was made here a moment ago: whoever made it goes on by writing. */
  justMade: boolean;
  onCreated: (sessionId: string) => void;
  onOpenDrawer: (() => void) | undefined;
};

/** Takes the room that the sidebar leaves. */
export function ChatPane({ session: opened, ready, inert, justMade, onCreated, onOpenDrawer }: Props) {
  const landfall = useLandfall();
  const { user } = useAuth();
  // While the first message is being kept, its new session already shows up in the list. The composer must stay what it
  // is until that is done, or a message that could not be kept would have no field to return to.
  const [starting, setStarting] = useState(false);
  const session = starting ? undefined : opened;
  const sessionId = session?.id;
  // Without a session the draft belongs to the person: whoever signs in next in this tab must not find it.
  const draftKey = sessionId ?? `new ${user?.id}`;
  const [sent, setSent] = useState(0);

  /** The session that the first message is making: a second one, written before it is there, goes into the same. */
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
