#!/bin/bash
# Stands in for the entry point of PostgreSQL's image: makes a cluster on the first start, and serves it.
set -euo pipefail
data=/var/lib/postgresql/data

if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$data"
  chown postgres:postgres "$data"
  chmod 700 "$data"
  exec setpriv --reuid=postgres --regid=postgres --init-groups bash "$0" "$@"
fi

if [ ! -s "$data/PG_VERSION" ]; then
  initdb --pgdata="$data" --username="${POSTGRES_USER:-postgres}" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") > /dev/null
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
  if [ -n "${POSTGRES_DB:-}" ] && [ "$POSTGRES_DB" != postgres ]; then
    postgres --single -D "$data" postgres <<< "CREATE DATABASE $POSTGRES_DB" > /dev/null
  fi
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
