#!/bin/sh
# What people run holds no planted bug: the word that chooses one must not be in the program. (That the word is in the tests' own build is
# asserted there.)
cd "$(dirname "$0")/.." || exit 1
cargo build --locked || exit 1
if grep -aq LANDFALL_PLANTED target/debug/landfall; then
    echo "target/debug/landfall was built with planted bugs." >&2
    exit 1
fi
echo "The program holds no planted bug."
