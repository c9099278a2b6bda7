#!/usr/bin/env bash
# Runs the file tests of the server and of the browser on a real Garage with one node and a configuration of its own. Garage is AGPL: it runs as a
# separate program and is never linked.
# GARAGE_BIN names the program. Otherwise `garage` is taken from PATH or from target/garage, where the first run builds it (this takes minutes).
set -euo pipefail
cd "$(dirname "$0")/.."

garage=${GARAGE_BIN:-$(command -v garage || true)}
if [ -z "$garage" ]; then
  garage=target/garage/bin/garage
  [ -x "$garage" ] || cargo install garage --version 2.5.0 --locked --root target/garage
fi

data=$(mktemp -d)
pid=
stop() {
  [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2> /dev/null || true
  rm -rf "$data"
}
trap stop EXIT

read -r rpc api admin < <(node -e '
  const net = require("net"), servers = [0, 1, 2].map(() => net.createServer());
  let left = 3;
  for (const server of servers) server.listen(0, "127.0.0.1", () => {
    if (--left) return;
    console.log(servers.map((one) => one.address().port).join(" "));
    servers.forEach((one) => one.close());
  });')

cat > "$data/garage.toml" << TOML
metadata_dir = "$data/meta"
data_dir = "$data/data"
db_engine = "sqlite"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:$rpc"
rpc_public_addr = "127.0.0.1:$rpc"
rpc_secret = "$(node -p 'require("crypto").randomBytes(32).toString("hex")')"
[s3_api]
s3_region = "garage"
api_bind_addr = "127.0.0.1:$api"
[admin]
api_bind_addr = "127.0.0.1:$admin"
TOML

g() { "$garage" -c "$data/garage.toml" "$@"; }
RUST_LOG=garage=warn "$garage" -c "$data/garage.toml" server > "$data/log" 2>&1 &
pid=$!
for _ in $(seq 100); do
  g status > /dev/null 2>&1 && break
  kill -0 "$pid" 2> /dev/null || { cat "$data/log"; exit 1; }
  sleep 0.1
done
g layout assign -z here -c 10G "$(g node id -q | cut -d@ -f1)" > /dev/null
g layout apply --version 1 > /dev/null
g bucket create landfall-test > /dev/null
key=$(g key create landfall-test)
id=$(awk '/Key ID/ { print $NF }' <<< "$key")
secret=$(awk '/Secret key/ { print $NF }' <<< "$key")
g bucket allow --read --write --owner landfall-test --key "$id" > /dev/null

echo "Garage $("$garage" --version | awk '{ print $2 }') is up; running the file tests on it ..."
export TEST_GARAGE_ENDPOINT="http://127.0.0.1:$api" TEST_GARAGE_ACCESS_KEY=$id TEST_GARAGE_SECRET_KEY=$secret TEST_GARAGE_BUCKET=landfall-test
cargo test --locked --test it -- assets:: media:: jobs:: "$@"
cargo build --locked
make --no-print-directory demo chromium
cd frontend-sdk && node --test --test-reporter=spec test/e2e/files.test.mjs
