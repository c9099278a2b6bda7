// The signed-in app: the list of sessions beside an open session, the files or the assistants. On a phone the list is a
// drawer. It holds the open session and the drawer's state.
import type { User } from "@landfall/client";
import { useChatSessions } from "@landfall/client/react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useCurrentSession } from "../lib/currentSession";
import { useMediaQuery } from "../lib/mediaQuery";
import { filesHash, marketHash, useHash, viewOf } from "../lib/openView";
import { ChatPane } from "./ChatPane";
import { FilesPane } from "./FilesPane";
import { Sidebar } from "./Sidebar";

// The code of the assistants is loaded when they are opened first.
const AssistantsPane = lazy(() => import("./AssistantsPane"));

/** For one signed-in user. Mount a new one for another user. */
export function Workspace({ user }: { user: User }) {
  const sessions = useChatSessions();
  const { current, ready, open } = useCurrentSession(sessions);
  const [justMadeId, setJustMadeId] = useState<string>();
  const [drawerOpen, setDrawerOpen] = useState(false);
  const narrow = useMediaQuery("(max-width: 720px)");
  const drawer = narrow && drawerOpen;
  const view = viewOf(useHash());
  const openDrawer = narrow ? () => setDrawerOpen(true) : undefined;

  useEffect(() => {
    if (!drawer) return;
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) setDrawerOpen(false);
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [drawer]);

  const choose = (sessionId: string) => {
    open(sessionId);
    setDrawerOpen(false);
  };
  const chooseView = (hash: string) => {
    window.location.hash = hash;
    setDrawerOpen(false);
  };
  const chooseNew = (sessionId: string) => {
    setJustMadeId(sessionId);
    choose(sessionId);
  };

  return (
    <div className="workspace" data-drawer={drawer ? "open" : "closed"}>
      <Sidebar
        user={user}
        sessions={sessions}
        currentId={view === "chat" ? current?.id : undefined}
        view={view}
        hidden={narrow && !drawerOpen}
        onChoose={choose}
        onCreated={chooseNew}
        onFiles={() => chooseView(filesHash)}
        onAssistants={() => chooseView(marketHash)}
        onClose={narrow ? () => setDrawerOpen(false) : undefined}
      />
      {drawer && (
        <button type="button" className="scrim" aria-label="Close the list" onClick={() => setDrawerOpen(false)} />
      )}
      {view === "files" && <FilesPane inert={drawer} onOpenDrawer={openDrawer} />}
      {view === "assistants" && (
        <Suspense fallback={<main className="pane" />}>
          <AssistantsPane user={user} inert={drawer} onOpenDrawer={openDrawer} />
        </Suspense>
      )}
      {view === "chat" && (
        <ChatPane
          session={current}
          ready={ready}
          inert={drawer}
          justMade={current !== undefined && current.id === justMadeId}
          onCreated={chooseNew}
          onOpenDrawer={openDrawer}
        />
      )}
    </div>
  );
}
