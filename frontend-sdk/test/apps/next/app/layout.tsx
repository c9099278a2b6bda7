// A component of the server that names a part of the client: Next replaces it by a reference, because the module says "use client".
import { LandfallProvider } from "@landfall/client/react";
import type { ReactNode } from "react";
import { Providers } from "./providers";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body data-provider={typeof LandfallProvider}>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
