// The services of the profile `observe`: that each shows what a server gives it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { must } from "./engine.mjs";

/** Prometheus reads a server every 15 s, and a loaded machine takes its time. */
const PATIENCE_SECONDS = 240;

/** Asks until `check` returns something. @template T @param {string} what @param {() => Promise<T | undefined>} check */
async function eventually(what, check) {
  const deadline = Date.now() + PATIENCE_SECONDS * 1_000;
  for (;;) {
    const value = await check().catch(() => undefined);
    if (value) return value;
    assert.ok(Date.now() < deadline, `not within ${PATIENCE_SECONDS} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const json = async (url, headers = {}) => (await fetch(url, { headers })).json();

/** @param {string[]} services those that run @param {(service: string) => string} container @param {Record<string, string>} env */
export async function checkObserve(services, container, env) {
  for (const service of services) await CHECKS[service](container, env);
}

const CHECKS = { prometheus, grafana, jaeger };

/** Panels that are empty where nothing has gone wrong. */
const MAY_BE_EMPTY = ["Refused requests and mutations", "Conflicts by collection", "Rows removed or corrected"];

/** The server is read with its token, the rules of the alarms are those of the file, and each panel of the dashboard shows something. */
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
  const { panels } = JSON.parse(readFileSync("deploy/observe/landfall.json", "utf8"));
  const shown = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  assert.ok(shown.length > 15, `${shown.length} queries`);
  for (const { title, expr } of shown) {
    const query = encodeURIComponent(expr.replaceAll("$__rate_interval", "5m"));
    // A rate needs two readings.
    await eventually(`the panel "${title}" shows ${expr}`, async () => {
      const answer = await json(`${at}/query?query=${query}`);
      assert.equal(answer.status, "success", JSON.stringify(answer));
      return answer.data.result.length > 0 || MAY_BE_EMPTY.includes(title);
    });
  }
  console.log(`  ${shown.length} queries of ${panels.length} panels, ${rules.length} alarms`);
}

/** The dashboard is there, and Grafana reaches Prometheus. */
async function grafana(_container, { GRAFANA_PORT }) {
  const at = `http://localhost:${GRAFANA_PORT}`;
  await eventually("Grafana answers", async () => (await json(`${at}/api/health`)).database === "ok");
  const page = await fetch(`${at}/login`);
  assert.equal(page.status, 200);
}

/** The server's traces have arrived: that of an upload goes from the request to the SQL. */
async function jaeger(_container, { JAEGER_PORT }) {
  const at = `http://localhost:${JAEGER_PORT}`;
  await eventually("Jaeger has traces", async () => (await json(`${at}/api/services`)).data.includes("landfall"));
  const upload = encodeURIComponent("POST /api/assets");
  await eventually("the trace of an upload", async () => {
    const { data } = await json(`${at}/api/traces?service=landfall&operation=${upload}`);
    const names = data[0]?.spans.map(({ operationName }) => operationName) ?? [];
    return ["upload", "S3 HeadObject", "COMMIT"].every((name) => names.includes(name));
  });
}
