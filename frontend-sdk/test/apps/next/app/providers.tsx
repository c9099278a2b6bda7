"use client";

import { createLandfall } from "@landfall/client";
import { LandfallProvider } from "@landfall/client/react";
import type { ReactNode } from "react";

// The module also runs on the server, where the client is never started.
const landfall = createLandfall({ name: "next-app" });

export function Providers({ children }: { children: ReactNode }) {
  return <LandfallProvider client={landfall}>{children}</LandfallProvider>;
}
