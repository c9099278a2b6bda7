// Free ports for servers that keep their port across restarts.

import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** The range is below the ephemeral ports, so that no outgoing connection takes a port while a server restarts. */
const [FIRST, END] = [20_000, 32_000];

/**
 * A free TCP port that no other test gets until this process ends. A UDP socket with the same number reserves it, as in the server's own tests
 * (tests/it/support/ports.rs).
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(FIRST, END);
    const holder = createSocket("udp4").unref();
    const held = await bound(holder, () => holder.bind(port, "127.0.0.1"));
    const probe = createServer();
    if (held && (await bound(probe, () => probe.listen(port, "0.0.0.0")))) {
      probe.close();
      await once(probe, "close");
      return port;
    }
    if (held) holder.close();
  }
}

/** Whether the socket could be bound. @param {import("node:events").EventEmitter} socket @param {() => void} bind */
function bound(socket, bind) {
  return new Promise((/** @type {(bound: boolean) => void} */ resolve) => {
    socket.once("error", () => resolve(false)).once("listening", () => resolve(true));
    bind();
  });
}
