// Tests the API against its OpenAPI document with generated input, valid and invalid. Every answer must match the document, and none may be a 5xx.
// The cases are the same in every run, unless set otherwise: `FUZZ_SEED=7 FUZZ_EXAMPLES=200 make fuzz`.
import { spawn } from "node:child_process";
import { Server } from "../frontend-sdk/test/e2e/harness/server.mjs";

const { FUZZ_SEED = "1", FUZZ_EXAMPLES = "5" } = process.env;

// With rate limits most requests would get a 429.
const server = await Server.start({ demo: false, settings: { LANDFALL_RATE_LIMITS: "false" } });
try {
  const answer = await fetch(`${server.url}/api/auth/dev/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "fuzz@example.com" }),
  });
  const { token } = await answer.json();
  const options = ["--checks", "all", "--seed", FUZZ_SEED, "--max-examples", FUZZ_EXAMPLES, "--continue-on-failure"];
  const program = "target/schemathesis/bin/schemathesis";
  const config = ["--config-file", "tools/schemathesis/schemathesis.toml"];
  const child = spawn(program, [...config, "run", `${server.url}/api/openapi.json`, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, LANDFALL_TOKEN: token },
  });
  process.exitCode = await new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
} finally {
  await server.stop();
}
