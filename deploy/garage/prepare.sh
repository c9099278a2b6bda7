#!/bin/sh
# Gives a new Garage its layout, the bucket and the server's key. A repeat changes nothing.
# The server sets the CORS rules of the bucket at its start, so the key is an owner of the bucket.
set -eu

: "${BUCKET:?}" "${ACCESS_KEY:?}" "${SECRET_KEY:?}" "${CAPACITY:?}"

version=$(garage layout show | awk '/^Current cluster layout version:/ { print $NF }')
if [ "$version" = 0 ]; then
    garage layout assign --zone local --capacity "$CAPACITY" "$(garage node id --quiet | cut -d@ -f1)"
    garage layout apply --version 1
fi
if ! garage key info "$ACCESS_KEY" > /dev/null 2>&1; then
    garage key import --yes -n landfall "$ACCESS_KEY" "$SECRET_KEY" > /dev/null
fi
if ! garage bucket info "$BUCKET" > /dev/null 2>&1; then
    garage bucket create "$BUCKET" > /dev/null
fi
garage bucket allow --read --write --owner "$BUCKET" --key "$ACCESS_KEY" > /dev/null
echo "The bucket $BUCKET and its key are ready."
