#!/bin/sh
# Installs Debian's PgBouncer for the tests of poolers, unless it is installed. Without it these tests are skipped, so a failure is no error.
command -v pgbouncer >/dev/null 2>&1 && exit 0
command -v apt-get >/dev/null 2>&1 || exit 0
echo "Installing PgBouncer ..."
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo -n"
# RUNLEVEL keeps the package from starting a service.
install="env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pgbouncer"
if ! { $sudo $install || { $sudo apt-get update -qq && $sudo $install; }; } >/dev/null 2>&1; then
    echo "PgBouncer could not be installed: the tests that need it are skipped." >&2
fi
exit 0
