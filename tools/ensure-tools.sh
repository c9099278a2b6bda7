#!/bin/sh
# Names the required programs that are not installed.
missing=""
for program in cargo node npm python3 git; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
if [ -n "$missing" ]; then
    echo "Landfall needs Rust, Node 20 (or later), Python 3 and git. Not found:$missing." >&2
    exit 1
fi
major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$major" -lt 20 ]; then
    echo "Landfall needs Node 20 or later; this is $(node --version)." >&2
    exit 1
fi
