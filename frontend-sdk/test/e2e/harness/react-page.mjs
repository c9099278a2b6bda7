// Runs in the page: an application of React in StrictMode with the Suspense hooks and AppFrames' media library. `window.app` drives it.

import { createElement as h, StrictMode, Suspense, startTransition, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { appFramesOptions, MediaLibraryProvider, useMediaLibrary, usePersistence } from "../../../src/compat/appframes";
import { createLandfall } from "../../../src/index";
import {
  LandfallProvider,
  useAuth,
  useSuspenseChatMessages,
  useSuspenseChatSessions,
  useSuspenseProjects,
} from "../../../src/react";

const landfall = createLandfall({ name: "appframes", ...appFramesOptions({ projects: "last-write-wins" }) });

const app = {
  landfall,
  /** How often a fallback was on screen, and how often a list was rendered. */
  fallbacks: 0,
  renders: 0,
  /** The code of the last save that failed. @type {string | undefined} */
  saveFault: undefined,
  /** @type {(id: string) => void} */
  open: () => {},
  /** @type {import("../../../src/compat/appframes").UseMediaLibrary | null} */
  library: null,
  /** @type {import("../../../src/compat/appframes").Persistence | null} */
  persistence: null,
  /** @param {string} email */
  async signIn(email) {
    const { status } = landfall.connectivity;
    await new Promise((resolve) => status.subscribe(({ online }) => online && resolve(null)));
    await landfall.auth.devSignIn({ email });
  },
  async sync() {
    await landfall.sync.now();
    await landfall.sync.awaitInSync();
  },
};

const saving = {
  debounceMs: 50,
  onError: (/** @type {unknown} */ error) => {
    app.saveFault = /** @type {{ code?: string }} */ (error).code;
  },
};

function Fallback() {
  useEffect(() => {
    app.fallbacks += 1;
  }, []);
  return h("p", { id: "fallback" }, "loading");
}

/** @param {{ id: string }} props */
function Messages({ id }) {
  const messages = useSuspenseChatMessages(id);
  return h("p", { id: "messages" }, messages.map(({ content }) => content).join());
}

function Lists() {
  app.renders += 1;
  const chats = useSuspenseChatSessions();
  const projects = useSuspenseProjects();
  const [open, setOpen] = useState("");
  app.open = (id) => startTransition(() => setOpen(id));
  const names = `${chats.map(({ title }) => title).join()}|${projects.map(({ name }) => name).join()}`;
  return h("div", null, h("p", { id: "lists" }, names), open && h(Messages, { id: open }));
}

function Gallery() {
  app.library = useMediaLibrary();
  app.persistence = usePersistence(saving);
  const pictures = app.library.assets.map(({ cloudId, thumbnailUrl, fileName }) =>
    h("img", { key: cloudId, src: thumbnailUrl, alt: fileName }),
  );
  return h("div", { id: "gallery" }, app.library.syncStatus, pictures);
}

function Screen() {
  const { status } = useAuth();
  return h(
    "div",
    null,
    h("p", { id: "auth" }, status),
    h(MediaLibraryProvider, { syncConfig: { apiBaseUrl: "/api", syncInterval: 30_000 } }, h(Gallery)),
    h(Suspense, { fallback: h(Fallback) }, h(Lists)),
  );
}

// The outer boundary is above the provider: what suspends below it must not keep the client from starting.
createRoot(/** @type {HTMLElement} */ (document.getElementById("root"))).render(
  h(StrictMode, null, h(Suspense, { fallback: "" }, h(LandfallProvider, { client: landfall }, h(Screen)))),
);
Object.assign(window, { app });
