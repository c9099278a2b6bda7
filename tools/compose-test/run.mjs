// `make compose-test`: docker-compose.yml with a real engine, from nothing to a chat and a file, through `down` and `up`.
import assert from "node:assert/strict";
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { during, findEngine, must, run } from "./engine.mjs";
import { load, verify, write } from "./flow.mjs";
import { chooseImages } from "./images.mjs";
import { checkObserve } from "./observe.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const MAX_IMAGE_BYTES = 60e6;
// COMPOSE_TEST_IMAGE names an image of the server that is built already.
const parts = process.env.COMPOSE_TEST_IMAGE ? ["garage-prepare", "pooler"] : [];
const serverImage = process.env.COMPOSE_TEST_IMAGE || "landfall-compose-test";
const SERVICES = ["landfall", "postgres", "garage"];

const engine = findEngine();
if (engine.missing) {
  console.log(`compose-test: skipped, because ${engine.missing}.`);
  process.exit(0);
}
const images = chooseImages();
console.log(`compose-test: ${engine.versions}, ${images.kind}`);

const folder = mkdtempSync(join(tmpdir(), "landfall-compose-"));
const envFile = join(folder, "env");
const project = `landfall-test-${process.pid}`;
const [port, storagePort, scalePort, grafanaPort, jaegerPort, dbPort] = await freePorts(6);
const url = `http://localhost:${port}`;
const storageUrl = `http://localhost:${storagePort}`;
const scaleUrl = `http://localhost:${scalePort}`;
const env = {
  ...images.env,
  // The classic builder makes what the Dockerfile says with stand-ins too, which no registry has.
  ...(images.kind === "stand-in images" ? { DOCKER_BUILDKIT: "0", COMPOSE_DOCKER_CLI_BUILD: "0" } : {}),
  LANDFALL_IMAGE: serverImage,
  LANDFALL_PORT: String(port),
  STORAGE_PORT: String(storagePort),
  SCALE_PORT: String(scalePort),
  DB_PORT: String(dbPort),
  LANDFALL_PUBLIC_URL: url,
  SCALE_PUBLIC_URL: scaleUrl,
  LANDFALL_STORAGE_PUBLIC_URL: storageUrl,
  GARAGE_CAPACITY: "1G",
  // A loaded machine may need longer than the minute of docker-compose 1.29.
  COMPOSE_HTTP_TIMEOUT: "300",
};
const observeEnv = {
  ...env,
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger:4318",
  GRAFANA_PORT: String(grafanaPort),
  JAEGER_PORT: String(jaegerPort),
};
const compose = (args, options = {}) => {
  const [program, ...words] = engine.compose;
  return must(program, [...words, "--env-file", envFile, "--project-name", project, ...args], { env, ...options });
};

let passed = 0;
async function step(name, work) {
  const start = Date.now();
  const value = await work();
  passed += 1;
  console.log(`ok ${passed} - ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return value;
}

try {
  await step("without .env, the error names the command", () => {
    const [program, ...words] = engine.compose;
    writeFileSync(envFile, "");
    const { ok, err } = run(program, [...words, "--env-file", envFile, "config"], { env });
    assert.ok(!ok && err.includes("make compose-env"), err);
  });
  await step("one command makes the secrets, and a repeat keeps them", () => {
    must("sh", ["deploy/make-env.sh", envFile]);
    const made = readFileSync(envFile, "utf8");
    must("sh", ["deploy/make-env.sh", envFile]);
    assert.equal(readFileSync(envFile, "utf8"), made);
  });
  await step("the images are built", () => compose(["--profile", "pooler", "build", ...parts], { show: true }));
  await step("the server's image is small and runs as no root", () => checkImage());
  await step("everything starts", () => compose(["up", "--detach", "--no-build"], { show: true }));
  await step("the server is ready", () => ready(url));
  const state = await step("a user signs in, chats, and uploads a file through Garage", () => write(url, storageUrl));
  await step("all of it can be read", () => verify(state));
  await step("the server is landfall_app, and only it and the storage have ports", () => checkRights());
  await step("landfall doctor finds nothing wrong", () => checkDoctor());
  await step("landfall backup works in the image", () => checkBackup());
  await step("down, and up again", async () => {
    compose(["down"], { show: true });
    compose(["up", "--detach", "--no-build"], { show: true });
    await ready(url);
  });
  await step("all of it is still there", () => verify(state));
  await step("two servers run behind nginx", async () => {
    compose(["--profile", "scale", "up", "--detach", "--no-build"], { show: true });
    await ready(scaleUrl);
  });
  await step("one of two servers is killed under load: no request fails, and nothing is lost", () =>
    load(scaleUrl, state, 100, () => during("docker", ["kill", container("landfall-one")])));
  await step(`of the profile observe: ${images.observe.join(", ")}`, async () => {
    // The server of this machine's port sends traces from now on.
    compose(["--profile", "observe", "up", "--detach", "--no-build", "landfall", ...images.observe], { show: true, env: observeEnv });
    await ready(url);
    await verify(await write(url, storageUrl));
    await checkObserve(images.observe, container, observeEnv);
  });
  compose(["--profile", "scale", "stop", "landfall-one", "landfall-two", "proxy"]);
  for (const mode of ["transaction", "session"]) {
    await step(`with PgBouncer in ${mode} mode`, async () => {
      const pooled = { ...env, DATABASE_HOST: "pooler:6432", POOL_MODE: mode };
      compose(["--profile", "pooler", "up", "--detach", "--no-build", "landfall", "pooler"], { show: true, env: pooled });
      await ready(url);
      await verify(state);
      await verify(await write(url, storageUrl));
      const { message } = doctor().find(({ check }) => check === "database.pooler");
      assert.equal(message.includes("a transaction pooler is in front"), mode === "transaction", message);
    });
  }
  await step("the profile db: PostgreSQL alone, at a port of this machine", () => checkDb());
  console.log(`compose-test: ${passed} passed, 0 failed`);
} catch (error) {
  console.error(`not ok ${passed + 1} - ${error.stack}`);
  console.error(run(engine.compose[0], [...engine.compose.slice(1), "--env-file", envFile, "-p", project, "logs", "--tail", "40"], { env }).out);
  process.exitCode = 1;
} finally {
  if (!process.env.COMPOSE_TEST_KEEP) {
    compose(["--profile", "scale", "--profile", "pooler", "--profile", "observe", "--profile", "db", "down", "--volumes", "--remove-orphans", "--timeout", "5"]);
    rmSync(folder, { recursive: true });
  }
}

function checkImage() {
  const user = must("docker", ["image", "inspect", "--format", "{{.Config.User}}", serverImage]);
  assert.equal(user, "landfall");
  const bytes = Number(must("sh", ["-c", `docker save ${serverImage} | gzip -6 | wc -c`]));
  console.log(`  ${(bytes / 1e6).toFixed(1)} MB compressed`);
  assert.ok(bytes < MAX_IMAGE_BYTES, `the image has ${bytes} bytes`);
}

/** Waits until the server answers at its public address that it is ready. */
async function ready(url) {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    assert.ok(Date.now() < deadline, "the server is not ready within two minutes");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The id of a service's container. */
function container(service) {
  return compose(["ps", "--quiet", service]).split("\n")[0];
}

function checkRights() {
  const ids = Object.fromEntries(SERVICES.map((service) => [service, container(service)]));
  assert.equal(must("docker", ["port", ids.postgres]), "", "PostgreSQL has no port outside");
  assert.match(must("docker", ["port", ids.landfall]), /127\.0\.0\.1/);
  const roles = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'landfall'";
  const psql = `PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -Atc "${roles}"`;
  assert.equal(must("docker", ["exec", ids.postgres, "sh", "-c", psql]), "landfall_app");
  assert.notEqual(must("docker", ["exec", ids.landfall, "id", "-u"]), "0");
  assert.match(must("docker", ["exec", ids.landfall, "landfall", "health", "--ready"]), /"database":"ok"/);
}

/** The report of the doctor inside of the server's container, where the server is at its own port. */
function doctor() {
  const address = ["-e", "LANDFALL_PUBLIC_URL=http://localhost:8787"];
  return JSON.parse(run("docker", ["exec", ...address, container("landfall"), "landfall", "doctor", "--json"]).out).checks;
}

function checkDoctor() {
  const checks = doctor();
  assert.deepEqual(checks.filter(({ status }) => status === "error"), []);
  assert.match(checks.find(({ check }) => check === "database.role").message, /^landfall_app/);
}

/** The database that docker-compose.yml names for `make run`. */
async function checkDb() {
  compose(["--profile", "db", "up", "--detach", "--no-build", "db"], { show: true });
  const id = container("db");
  assert.equal(must("docker", ["port", id]), `5432/tcp -> 127.0.0.1:${dbPort}`);
  const address = "postgres://landfall:landfall@127.0.0.1:5432/landfall";
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { ok, out, err } = run("docker", ["exec", id, "psql", address, "-Atc", "SELECT current_user || ' ' || current_database()"]);
    if (ok) return assert.equal(out, "landfall landfall");
    assert.ok(Date.now() < deadline, `the database does not answer within two minutes: ${err}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Makes a backup as docs/OPERATIONS.md says, and looks at what it holds. */
function checkBackup() {
  const backups = join(folder, "backups");
  mkdirSync(backups);
  chownSync(backups, 10001, 10001);
  const made = compose(["run", "--rm", "--volume", `${backups}:/backups`, "migrate", "backup", "/backups"]);
  assert.match(made, /Backup .*: the database, and 1 files/);
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => new Promise((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
    })),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
