// A lost network is noticed at once, also where an answer from before it arrives late.

import { afterEach, expect, test, vi } from "vitest";
import { Connectivity } from "../../src/connectivity/connectivity";
import { FakeClock } from "../support/fake-clock";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The connectivity of a tab whose server is reached while `up` is true. */
function connected() {
  const [clock, server] = [new FakeClock(), { up: true, probes: 0 }];
  const probe = async () => {
    server.probes += 1;
    return server.up;
  };
  return { clock, server, connectivity: new Connectivity(probe, clock, true) };
}

test("an answer that arrives after the browser's event does not take the place of the probe", async () => {
  const { clock, server, connectivity } = connected();
  server.up = false;
  connectivity.hint();
  connectivity.reportDelivered();
  await clock.advance(1);
  expect(connectivity.online).toBe(false);
});

test("an answer that arrives after a failure does not take the place of the probe", async () => {
  const { clock, server, connectivity } = connected();
  server.up = false;
  connectivity.reportUnreachable();
  connectivity.reportReachable();
  await clock.advance(1);
  expect(connectivity.online).toBe(false);
});

test("a probe that passes while the browser says that there is no network is repeated", async () => {
  const { clock, server, connectivity } = connected();
  vi.stubGlobal("navigator", { onLine: false });
  connectivity.hint();
  await clock.advance(1);
  expect(connectivity.online).toBe(true);
  server.up = false;
  await clock.advance(5_000);
  expect(connectivity.online).toBe(false);
});

test("an answer ends the probes that wait after several failures", async () => {
  const { clock, server, connectivity } = connected();
  server.up = false;
  connectivity.reportUnreachable();
  await clock.advance(10_000);
  const { probes } = server;
  expect(probes).toBeGreaterThan(2);
  server.up = true;
  connectivity.reportDelivered();
  await clock.advance(60_000);
  expect(server.probes).toBe(probes);
  expect(connectivity.online).toBe(true);
});
