#!/bin/sh
# Installs Schemathesis into its own Python environment, again whenever the pinned packages change.
cd "$(dirname "$0")/.." || exit 1
wanted=tools/schemathesis/requirements.txt
home=target/schemathesis
cmp -s "$wanted" "$home/requirements.txt" && exit 0
echo "Installing Schemathesis ..."
rm -rf "$home"
if ! python3 -m venv "$home"; then
    echo "Python 3 can't create an environment: install python3-venv." >&2
    exit 1
fi
"$home/bin/pip" install --quiet --disable-pip-version-check -r "$wanted" && cp "$wanted" "$home/requirements.txt"
