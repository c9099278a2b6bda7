// The entry of the demo: one client for the page, the app, and the shell's service worker.
import { createLandfall } from "@landfall/client";
import { LandfallProvider } from "@landfall/client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { clientOptions } from "./lib/clientOptions";
import { registerShellWorker } from "./lib/shellWorker";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/brand.css";
import "./styles/layout.css";
import "./styles/sidebar.css";
import "./styles/messages.css";
import "./styles/composer.css";
import "./styles/files.css";
import "./styles/sync.css";
import "./styles/dialog.css";
import "./styles/account.css";
import "./styles/assistants.css";
import "./styles/assistant-forms.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const landfall = createLandfall(clientOptions);

createRoot(root).render(
  <StrictMode>
    <LandfallProvider client={landfall}>
      <App />
    </LandfallProvider>
  </StrictMode>,
);

registerShellWorker(landfall);
