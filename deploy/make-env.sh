#!/bin/sh
# Adds the secrets of docker-compose.yml to .env, each one that is not there yet. What is there stays as it is.
# The file is the first argument; default: .env beside docker-compose.yml.
set -eu
cd "$(dirname "$0")/.."
file=${1:-.env}
umask 077
touch "$file"

added=""
add() {
    grep -q "^$1=" "$file" && return
    if [ -z "$added" ]; then
        [ ! -s "$file" ] || echo >> "$file"
        echo "# Secrets of docker-compose.yml. Keep a copy: without COMPOSE_LANDFALL_SECRET, sealed values in the database can't be read." >> "$file"
    fi
    added="$added $1"
    printf '%s=%s\n' "$1" "$2" >> "$file"
}
random() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

add COMPOSE_LANDFALL_SECRET "$(random 32)"
add COMPOSE_METRICS_TOKEN "$(random 32)"
add COMPOSE_POSTGRES_PASSWORD "$(random 24)"
add COMPOSE_OWNER_PASSWORD "$(random 24)"
add COMPOSE_SERVER_PASSWORD "$(random 24)"
add COMPOSE_GARAGE_RPC_SECRET "$(random 32)"
add COMPOSE_GARAGE_ADMIN_TOKEN "$(random 32)"
# Garage's form of a key.
add COMPOSE_STORAGE_ACCESS_KEY "GK$(random 12)"
add COMPOSE_STORAGE_SECRET_KEY "$(random 32)"
add COMPOSE_GRAFANA_PASSWORD "$(random 16)"

if [ -n "$added" ]; then
    echo "Written to $file:$added"
else
    echo "$file has all secrets."
fi
