// The images that docker-compose.yml names, or stand-ins where none can be pulled (tools/compose-test/stand-ins.sh).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hasImage, must } from "./engine.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** The variable of each base image, and the name of its stand-in. */
const STAND_INS = {
  BASE_IMAGE: "landfall-stand-in/debian",
  RUST_IMAGE: "landfall-stand-in/toolchain",
  NODE_IMAGE: "landfall-stand-in/toolchain",
  POSTGRES_IMAGE: "landfall-stand-in/postgres",
  POSTGRES_TOOLS_IMAGE: "landfall-stand-in/postgres",
  GARAGE_IMAGE: "landfall-stand-in/garage",
  NGINX_IMAGE: "landfall-stand-in/nginx",
};

/** The images of the profile `observe`. Debian packages Prometheus, and traces need a receiver only. There is no stand-in for Grafana. */
const OBSERVE = { prometheus: "PROMETHEUS_IMAGE", grafana: "GRAFANA_IMAGE", jaeger: "JAEGER_IMAGE" };
const OBSERVE_STAND_INS = { PROMETHEUS_IMAGE: "landfall-stand-in/prometheus", JAEGER_IMAGE: "landfall-stand-in/jaeger" };

/** The default of a variable in docker-compose.yml. */
function defaultOf(variable) {
  const compose = readFileSync(at("../../docker-compose.yml"), "utf8");
  return compose.match(new RegExp(`\\$\\{${variable}:-([^}]+)\\}`))[1];
}

/** The variables for Compose, and the services of the profile `observe` that have an image. Real images are preferred, all or none. */
export function chooseImages() {
  const names = Object.keys(STAND_INS);
  const chosen = (name) => process.env[name] || defaultOf(name);
  if (names.every((name) => hasImage(chosen(name)))) {
    const observe = Object.keys(OBSERVE).filter((service) => hasImage(chosen(OBSERVE[service])));
    return { env: Object.fromEntries(names.map((name) => [name, chosen(name)])), kind: "the real images", observe };
  }
  console.log("The images can't be pulled here: making stand-ins (the first time takes long) ...");
  must("bash", [at("stand-ins.sh")], { show: true });
  const observe = Object.keys(OBSERVE).filter((service) => OBSERVE[service] in OBSERVE_STAND_INS);
  return { env: { ...STAND_INS, ...OBSERVE_STAND_INS }, kind: "stand-in images", observe };
}
