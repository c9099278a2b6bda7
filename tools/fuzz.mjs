// Tries the whole API against its own document: generated input, good and bad, and every answer must be as documented, never a 5xx.
// The same cases every time unless told otherwise: `FUZZ_SEED=7 FUZZ_EXAMPLES=200 make fuzz`.
import { spawn } from "node:child_process";
import { Server } from "../frontend-sdk/test/e2e/harness/server.mjs";

const { FUZZ_SEED = "1", FUZZ_EXAMPLES = "5" } = process.env;

// Limits would answer 429 to most of it.
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
