#!/bin/sh
# Runs `make generate` and compares the files with those before: committed files must be current.
cd "$(dirname "$0")/.." || exit 1
copies=$(mktemp -d) || exit 1
trap 'rm -rf "$copies"' EXIT
keep() { mkdir "$1" && cp -R .env.example openapi frontend-sdk/src/generated frontend-sdk/codegen/schema-history.json "$1"; }
keep "$copies/before" || exit 1
make --no-print-directory generate >/dev/null || exit 1
keep "$copies/after" || exit 1
if ! diff -r "$copies/before" "$copies/after"; then
    echo "Generated files were stale. They are current now: review and commit them." >&2
    exit 1
fi
echo "Generated files are current."
