#!/usr/bin/env bash
# Makes images in place of those that docker-compose.yml names, on a Debian machine that can pull none: from Debian's packages, from this machine's Rust
# and Node, and from Garage's crate. What is there already is kept. Needs root.
# GARAGE_BIN names a Garage that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=landfall-stand-in
work=target/stand-ins
mkdir -p "$work"

fail() { echo "Stand-in images can't be made: $1" >&2; exit 1; }
has() { docker image inspect "$name/$1" > /dev/null 2>&1; }
[ "$(id -u)" -eq 0 ] || fail "debootstrap needs root."

release() { . /etc/os-release && echo "$VERSION_CODENAME"; }

# A Debian in the folder $1, with the packages $2.
debian() {
  command -v debootstrap > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq debootstrap > /dev/null \
    || fail "there is no debootstrap."
  rm -rf "$1"
  debootstrap --variant=minbase ${2:+--include="$2"} "$(release)" "$1" > "$work/debootstrap.log" 2>&1 \
    || { tail -n 5 "$work/debootstrap.log" >&2; fail "debootstrap failed."; }
  # As in the slim images.
  rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,info,locale}/*
  cp -r /etc/apt/sources.list.d/debian.sources "$1/etc/apt/sources.list.d/" 2> /dev/null || true
}

import() { tar -C "$1" --exclude=./proc --exclude=./sys --exclude=./dev -c . | docker import "${@:3}" - "$name/$2" > /dev/null; rm -rf "$1"; }

if ! has debian; then
  debian "$work/debian"
  import "$work/debian" debian --change 'CMD ["bash"]'
fi

if ! has toolchain; then
  # The C compiler for crates, and the folders of this machine's Rust and Node.
  debian "$work/toolchain" gcc,libc6-dev,ca-certificates
  rust=$(rustc --print sysroot) root=$work/toolchain
  mkdir -p "$root/opt/rust/lib/rustlib" "$root/usr/lib/node_modules" "$root/root/.cargo"
  cp -a "$rust/bin" "$root/opt/rust/"
  cp -a "$rust"/lib/*.so* "$root/opt/rust/lib/"
  cp -a "$rust"/lib/rustlib/*-linux-gnu "$root/opt/rust/lib/rustlib/"
  cp -a "$(readlink -f "$(command -v node)")" "$root/usr/bin/node"
  cp -aL "$(npm root --global)/npm" "$root/usr/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
  # The network of this machine may have an authority of its own.
  cp -aL /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  # Crates that were downloaded here need not be downloaded again.
  [ ! -d "${CARGO_HOME:-$HOME/.cargo}/registry" ] || cp -a "${CARGO_HOME:-$HOME/.cargo}/registry" "$root/root/.cargo/"
  # The build optimises less, so that it takes a third of the time.
  import "$root" toolchain \
    --change 'ENV PATH=/opt/rust/bin:/usr/local/bin:/usr/bin:/bin HOME=/root NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
    --change 'ENV CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16'
fi

if ! has postgres; then
  cp tools/compose-test/postgres-entrypoint.sh "$work/entrypoint.sh"
  cat > "$work/postgres.Dockerfile" << 'END'
FROM landfall-stand-in/debian
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql > /dev/null
RUN for program in /usr/lib/postgresql/*/bin/*; do ln -sf "$program" /usr/local/bin/; done
COPY entrypoint.sh /usr/local/bin/entrypoint
STOPSIGNAL SIGINT
ENTRYPOINT ["/bin/bash", "/usr/local/bin/entrypoint"]
END
  DOCKER_BUILDKIT=0 docker build --quiet -t "$name/postgres" -f "$work/postgres.Dockerfile" "$work" > /dev/null
fi

if ! has nginx; then
  cat > "$work/nginx.Dockerfile" << 'END'
FROM landfall-stand-in/debian
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light > /dev/null
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
END
  DOCKER_BUILDKIT=0 docker build --quiet -t "$name/nginx" -f "$work/nginx.Dockerfile" "$work" > /dev/null
fi

if ! has prometheus; then
  cat > "$work/prometheus.Dockerfile" << 'END'
FROM landfall-stand-in/debian
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus > /dev/null
END
  DOCKER_BUILDKIT=0 docker build --quiet -t "$name/prometheus" -f "$work/prometheus.Dockerfile" "$work" > /dev/null
fi

if ! has jaeger; then
  mkdir -p "$work/jaeger"
  cp tools/compose-test/trace-receiver.mjs frontend-sdk/test/e2e/trace/otlp.mjs "$work/jaeger/"
  printf 'FROM landfall-stand-in/toolchain\nCOPY *.mjs /receiver/\nCMD ["node", "/receiver/trace-receiver.mjs"]\n' > "$work/jaeger/Dockerfile"
  DOCKER_BUILDKIT=0 docker build --quiet -t "$name/jaeger" "$work/jaeger" > /dev/null
fi

if ! has garage; then
  garage=${GARAGE_BIN:-target/stand-ins/cargo/bin/garage}
  if [ ! -x "$garage" ]; then
    # Debian's libsodium: the one of the crate runs its own tests in every build, which takes minutes.
    [ -f /usr/include/sodium.h ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libsodium-dev > /dev/null
    SODIUM_LIB_DIR=$(dirname /usr/lib/*-linux-gnu/libsodium.a) CARGO_PROFILE_DEV_DEBUG=0 cargo install garage --version 2.5.0 --locked \
      --debug --no-default-features --features bundled-libs,sqlite --root target/stand-ins/cargo
  fi
  mkdir -p "$work/garage"
  cp "$garage" "$work/garage/garage"
  printf 'FROM landfall-stand-in/debian\nCOPY garage /garage\nCMD ["/garage", "server"]\n' > "$work/garage/Dockerfile"
  DOCKER_BUILDKIT=0 docker build --quiet -t "$name/garage" "$work/garage" > /dev/null
fi
