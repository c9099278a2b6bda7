// The services of the profile `observe`: that each shows what a server gives it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { must } from "./engine.mjs";

/** Asks until `check` returns something. @template T @param {string} what @param {() => Promise<T | undefined>} check */
async function eventually(what, check) {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const value = await check().catch(() => undefined);
    if (value) return value;
    assert.ok(Date.now() < deadline, `not within 90 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const json = async (url, headers = {}) => (await fetch(url, { headers })).json();

/** @param {string[]} services those that run @param {(service: string) => string} container @param {Record<string, string>} env */
export async function checkObserve(services, container, env) {
  for (const service of services) await CHECKS[service](container, env);
}

const CHECKS = { prometheus, grafana, jaeger };

/** The server is read with its token, and the rules of the alarms are those of the file. */
async function prometheus(container) {
  const networks = JSON.parse(must("docker", ["inspect", "--format", "{{json .NetworkSettings.Networks}}", container("prometheus")]));
  const at = `http://${Object.values(networks)[0].IPAddress}:9090/api/v1`;
  const targets = async () => (await json(`${at}/targets`)).data.activeTargets;
  await eventually("Prometheus reads the server", async () => (await targets()).some(({ health }) => health === "up"));
  const { data } = await json(`${at}/query?query=${encodeURIComponent("sum(landfall_http_requests_total)")}`);
  assert.ok(Number(data.result[0].value[1]) > 0, JSON.stringify(data));
  const { groups } = (await json(`${at}/rules`)).data;
  const rules = groups.flatMap(({ rules }) => rules);
  const named = readFileSync("deploy/observe/alarms.yml", "utf8").match(/alert:/g).length;
  assert.equal(rules.length, named);
  assert.deepEqual(rules.filter(({ health }) => health === "err"), []);
}

/** The dashboard is there, and Grafana reaches Prometheus. */
async function grafana(_container, { GRAFANA_PORT }) {
  const at = `http://localhost:${GRAFANA_PORT}`;
  await eventually("Grafana answers", async () => (await json(`${at}/api/health`)).database === "ok");
  const page = await fetch(`${at}/login`);
  assert.equal(page.status, 200);
}

/** The server's traces have arrived. */
async function jaeger(_container, { JAEGER_PORT }) {
  const at = `http://localhost:${JAEGER_PORT}`;
  await eventually("Jaeger has traces", async () => (await json(`${at}/api/services`)).data.includes("landfall"));
}
